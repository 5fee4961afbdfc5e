// Writes codelets.ts: `node assembly/frontend/generate-codelets.mjs > assembly/frontend/codelets.ts`
//
// Vectors throughout: a lane is a frame, and no operation mixes lanes.
//
// FFT. A real FFT of R x 64 (R = 8 or 16), n = n2 + 64 n1, k = k1 + R k2:
//   1. for each n2 a real DFT-R over n1. Of its outputs k1 = 0 and R/2 are real; k1 = 1 … R/2-1 are
//      complex and get their twiddles; the others are conjugates and never computed.
//   2. for each k1 a DFT-64 over n2, as 8 x 8: complex; real for k1 = 0; for k1 = R/2, real input at
//      odd frequencies, a complex DFT-32 as 8 x 4.
//   3. the last pass goes straight to power: every bin comes up exactly once.
// This has the operation count of split radix, and each inner loop is one small DFT.
//
// DCT-II of 40: a real DFT of the even inputs and the reversed odd ones (Makhoul 1980), by prime
// factors 8 x 5 (Good 1958) without twiddles between, and one turn at the end.

const lines = []
const emit = (line) => lines.push(line)
let serial = 0
/** Emits one operation and gives its name. */
function op(name, a, b) {
  return named(`f32x4.${name}(${a}, ${b})`)
}
const add = (a, b) => op('add', a, b)
const sub = (a, b) => op('sub', a, b)
const mul = (a, b) => op('mul', a, b)
const constant = (x) => `f32x4.splat(${x})`
const constants = []
/** A constant from memory, since V8 would build it anew in every turn of a loop. */
function stored(x) {
  const value = Math.fround(x)
  if (!constants.includes(value)) constants.push(value)
  return `v128.load(constants, ${16 * constants.indexOf(value)})`
}
const ROOT = stored(Math.SQRT1_2)
const addC = (a, b) => [add(a[0], b[0]), add(a[1], b[1])]
const subC = (a, b) => [sub(a[0], b[0]), sub(a[1], b[1])]
/** a + i b, a - i b */
const addI = (a, b) => [sub(a[0], b[1]), add(a[1], b[0])]
const subI = (a, b) => [add(a[0], b[1]), sub(a[1], b[0])]
/** a times c - i s */
const twiddle = (a, c, s) => [add(mul(a[0], c), mul(a[1], s)), sub(mul(a[1], c), mul(a[0], s))]

/** a times exp(-i pi / 4) */
const eighth = (a, root = ROOT) => [mul(add(a[0], a[1]), root), mul(sub(a[1], a[0]), root)]
const angle = (k, n) => [
  stored(Math.cos((2 * Math.PI * k) / n)),
  stored(Math.sin((2 * Math.PI * k) / n)),
]

/** Conjugate of (a - i b) exp(-2 pi i k / 16), k below 4. */
function turned(a, b, k) {
  if (k === 0) return [a, b]
  if (k === 2) return [mul(sub(a, b), ROOT), mul(add(a, b), ROOT)]
  const [c, s] = angle(k, 16)
  return [sub(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, s))]
}

/** Emits a value and gives its name. */
function named(value) {
  const v = `t${serial++}`
  emit(`const ${v} = ${value}`)
  return v
}
function load(at, offset) {
  return named(`v128.load(${at}${offset ? `, ${offset}` : ''})`)
}
const store = (at, v, offset) => emit(`v128.store(${at}, ${v}${offset ? `, ${offset}` : ''})`)
function splat(at, offset) {
  return named(`v128.load32_splat(${at}${offset ? `, ${offset}` : ''})`)
}
const loadC = (at, offset) => [load(at, offset), load(at, offset + 16)]
function storeC(at, v, offset) {
  store(at, v[0], offset)
  store(at, v[1], offset + 16)
}

function dft4(x0, x1, x2, x3) {
  const a = addC(x0, x2)
  const b = subC(x0, x2)
  const c = addC(x1, x3)
  const d = subC(x1, x3)
  return [addC(a, c), subI(b, d), subC(a, c), addI(b, d)]
}

/** Conjugates of the DFT-4 of numbers given by their conjugates. */
function conjugateDft4(...z) {
  const [x0, x3, x2, x1] = dft4(...z)
  return [x0, x1, x2, x3]
}

/**
 * Complex DFT-8. `input(n)` loads, `output(k, v)` stores. Most of the odd half, turned, goes
 * through `scratch`: with sixteen registers V8 would spill more, and worse, than this.
 */
function dft8(input, output) {
  const odd = dft4(input(1), input(3), input(5), input(7))
  storeC('scratch', odd[2], 64)
  const [pr, pi] = eighth(odd[1])
  storeC('scratch', [pr, pi], 32)
  const w3 = [mul(sub(odd[3][1], odd[3][0]), ROOT), mul(add(...odd[3]), ROOT)]
  storeC('scratch', w3, 96)
  const even = dft4(input(0), input(2), input(4), input(6))
  const o = (k) => loadC('scratch', 32 * k)
  let w = odd[0]
  output(0, addC(even[0], w))
  output(4, subC(even[0], w))
  w = o(2)
  output(2, subI(even[2], w))
  output(6, addI(even[2], w))
  w = o(1)
  output(1, addC(even[1], w))
  output(5, subC(even[1], w))
  w = o(3)
  const v = even[3]
  output(3, [add(v[0], w[0]), sub(v[1], w[1])])
  output(7, [sub(v[0], w[0]), add(v[1], w[1])])
}

/**
 * Real DFT-8: [0] and [4] real, [1] to [3] complex.
 * @param sign of [4]
 */
function realDft8(x, sign = 1, root = ROOT) {
  const a = add(x[0], x[4])
  const b = sub(x[0], x[4])
  const c = add(x[2], x[6])
  const d = sub(x[6], x[2])
  const e = add(x[1], x[5])
  const f = sub(x[1], x[5])
  const g = add(x[3], x[7])
  const h = sub(x[7], x[3])
  const ac = add(a, c)
  const eg = add(e, g)
  const p = mul(add(f, h), root)
  const q = mul(sub(h, f), root)
  return [
    add(ac, eg),
    [add(b, p), add(d, q)],
    [sub(a, c), sub(g, e)],
    [sub(b, p), sub(q, d)],
    sign > 0 ? sub(ac, eg) : sub(eg, ac),
  ]
}

/**
 * Real DFT-16: `output(k, v)` gets 0 and 8 real, 1 to 7 complex. The odd half goes through
 * `scratch`, as in dft8.
 */
function realDft16(input, output) {
  const root = named(ROOT) // to stay in its register
  const odd = realDft8([1, 3, 5, 7, 9, 11, 13, 15].map(input), -1, root)
  store('scratch', odd[0], 0)
  store('scratch', odd[4], 16)
  const [c, s] = angle(1, 16).map(named)
  storeC('scratch', twiddle(odd[1], c, s), 32)
  storeC('scratch', eighth(odd[2], root), 64)
  storeC('scratch', twiddle(odd[3], s, c), 96)
  const even = realDft8([0, 2, 4, 6, 8, 10, 12, 14].map(input), 1, root)
  const w0 = load('scratch', 0)
  output(0, add(even[0], w0))
  output(8, sub(even[0], w0))
  output(4, [even[4], load('scratch', 16)])
  for (const k of [1, 2, 3]) {
    const w = loadC('scratch', 32 * k)
    output(k, addC(even[k], w))
    output(8 - k, [sub(even[k][0], w[0]), sub(w[1], even[k][1])])
  }
}

const power = (v) => add(mul(v[0], v[0]), mul(v[1], v[1]))

function fn(doc, signature, body) {
  serial = 0
  lines.push(`/** ${doc} */`)
  const head = `export function ${signature}: void {`
  if (head.length <= 100) lines.push(head)
  else
    lines.push(
      head
        .replace('(', '(\n  ')
        .replaceAll(/(?<=usize), /g, ',\n  ')
        .replace('): void', ',\n): void'),
    )
  const from = lines.length
  body()
  for (let i = from; i < lines.length; ++i) lines[i] = `  ${lines[i]}`
  lines.push('}', '')
}

function loop(head, body, tail) {
  emit(`for (${head}) {`)
  const from = lines.length
  body()
  for (const line of tail) emit(line)
  for (let i = from; i < lines.length; ++i) lines[i] = `  ${lines[i]}`
  emit('}')
}

/** `length` real DFTs over vectors `length` apart, windowed where they come from outside. */
function firstPass(R, length, windowed) {
  const middle = R / 2
  const row = length * 16
  const y = windowed ? 'y' : 'x'
  const vectors = `${windowed ? 'windowed ' : ''}vectors ${length} apart`
  const rows = `Rows: k = 0, k = ${middle}, re of 1 to ${middle - 1}, im of 1 to ${middle - 1}.`
  const parameters = `x: usize, ${windowed ? 'window: usize, y: usize, ' : ''}twiddles: usize, scratch: usize`
  fn(
    `${length} real DFT-${R} over ${vectors}, and twiddles${windowed ? '' : ', in place'}. ${rows}`,
    `realDft${R}x${length}(${parameters})`,
    () => {
      emit(`const end = x + ${row}`)
      loop('; x < end; ', () => {
        const input = (n) => {
          const v = load('x', n * row)
          return windowed ? mul(v, splat('window', n * length * 4)) : v
        }
        const output = (k, v) => {
          if (k === 0) return store(y, v)
          if (k === middle) return store(y, v, row)
          const w = [splat('twiddles', (k - 1) * 8), splat('twiddles', (k - 1) * 8 + 4)]
          const [re, im] = twiddle(v, ...w)
          store(y, re, row * (k + 1))
          store(y, im, row * (k + middle))
        }
        if (R === 16) realDft16(input, output)
        else {
          const out = realDft8([...Array(8).keys()].map(input))
          for (const k of [0, 4, 1, 2, 3]) output(k, out[k])
        }
      }, [
        'x += 16',
        ...(windowed ? ['window += 4', 'y += 16'] : []),
        `twiddles += ${(middle - 1) * 8}`,
      ])
    },
  )
}

firstPass(8, 64, true)
firstPass(16, 64, true)
firstPass(8, 8, false)

fn(
  'First half of a complex DFT-64, in place: DFT-8 over vectors 8 apart, and twiddles.',
  'dft64First(re: usize, im: usize, twiddles: usize, scratch: usize)',
  () => {
    const input = (n) => [load('re', n * 128), load('im', n * 128)]
    const output = (k, v) => {
      store('re', v[0], k * 128)
      store('im', v[1], k * 128)
    }
    emit('const end = re + 128')
    dft8(input, output) // whose twiddles are 1
    emit('re += 16')
    emit('im += 16')
    emit('twiddles += 56')
    loop('; re < end; ', () => {
      dft8(input, (k, v) => {
        const at = (k - 1) * 8
        output(k, k === 0 ? v : twiddle(v, splat('twiddles', at), splat('twiddles', at + 4)))
      })
    }, ['re += 16', 'im += 16', 'twiddles += 56'])
  },
)

fn(
  'Last pass: `rows` DFT-8 over complex neighbours, to power. Of a row the lower four bins rise from `up`, the upper four, mirrored, fall from `down`.',
  'dft8Power(re: usize, im: usize, rows: usize, up: usize, down: usize, rowStep: usize, step: usize, scratch: usize)',
  () => {
    emit('const end = re + (rows << 7)')
    loop('; re < end; ', () => {
      dft8(
        (n) => [load('re', n * 16), load('im', n * 16)],
        (k, v) => {
          const at = k < 4 ? `up + ${k} * step` : `down - ${k} * step`
          store(k === 0 ? 'up' : at, power(v))
        },
      )
    }, ['re += 128', 'im += 128', 'up += rowStep', 'down -= rowStep'])
  },
)

fn(
  'Of 64 real vectors the odd frequencies of a DFT-128, first half, in place: DFT-4 over complex vectors 8 apart, and twiddles. (x[n] - i x[n + 32], turned, are 32 complex ones.)',
  'oddFirst(x: usize, twiddles: usize)',
  () => {
    emit('const end = x + 128')
    loop('; x < end; ', () => {
      const z = []
      for (let a = 0; a < 4; ++a) z.push(turned(load('x', a * 128), load('x', a * 128 + 512), a))
      conjugateDft4(...z).forEach(([re, im], row) => {
        const c = splat('twiddles', row * 8)
        const s = splat('twiddles', row * 8 + 4)
        // all 32 negated, which no power shows, so that nothing need be
        store('x', sub(mul(im, s), mul(re, c)), row * 128)
        store('x', add(mul(im, c), mul(re, s)), row * 128 + 512)
      })
    }, ['x += 16', 'twiddles += 32'])
  },
)

fn(
  'Power of the bins 0, 8, … 32 of a real DFT-64, the last pass of eight real vectors.',
  'realDft8Power(x: usize, up: usize, step: usize)',
  () => {
    const out = realDft8([...Array(8).keys()].map((n) => load('x', n * 16)))
    out.forEach((v, k) => {
      store(`up + ${k} * step`, Array.isArray(v) ? power(v) : mul(v, v))
    })
  },
)

fn(
  'Power of the bins 4, 12, 20, 28 of a real DFT-64, the last pass of eight real vectors.',
  'oddDft8Power(x: usize, up: usize, step: usize)',
  () => {
    const z = [0, 1, 2, 3].map((b) => turned(load('x', b * 16), load('x', b * 16 + 64), b))
    const bins = [0, 2, 3, 1]
    conjugateDft4(...z).forEach((v, j) => {
      store(`up + ${bins[j]} * step`, power(v))
    })
  },
)

const cos5 = [1, 2].map((k) => Math.cos((2 * Math.PI * k) / 5))
const sin5 = [1, 2].map((k) => constant(Math.sin((2 * Math.PI * k) / 5)))
const mean5 = constant((cos5[0] + cos5[1]) / 2 - 1)
const half5 = constant((cos5[0] - cos5[1]) / 2)

/** Of five numbers, what X0, X1 + X4 and X2 + X3 of their DFT are made of; the last two halved. */
function symmetric5(x) {
  const a = add(x[1], x[4])
  const b = add(x[2], x[3])
  const s = add(a, b)
  const x0 = add(x[0], s)
  const p = add(x0, mul(s, mean5))
  const q = mul(sub(a, b), half5)
  return [x0, add(p, q), sub(p, q)]
}

/** Likewise of the differences: i X1 - i X4 and i X2 - i X3, halved. */
function antisymmetric5(x) {
  const a = sub(x[1], x[4])
  const b = sub(x[2], x[3])
  return [add(mul(a, sin5[0]), mul(b, sin5[1])), sub(mul(a, sin5[1]), mul(b, sin5[0]))]
}

fn(
  'DCT-II of 40 vectors. turns: cos and sin of pi k / 80, scaled, for k from 0 to 20. work: 40 vectors.',
  'dct40(x: usize, y: usize, turns: usize, work: usize)',
  () => {
    for (let n2 = 0; n2 < 5; ++n2) {
      const out = realDft8(
        [...Array(8).keys()].map((n1) => {
          const n = (5 * n1 + 8 * n2) % 40
          return load('x', 16 * (n < 20 ? 2 * n : 2 * (39 - n) + 1))
        }),
      )
      out.flat().forEach((v, slot) => {
        store('work', v, 16 * (8 * n2 + slot))
      })
    }
    const inputs = (slot) => [0, 1, 2, 3, 4].map((n2) => load('work', 16 * (8 * n2 + slot)))
    /** Gives coefficients k and 40 - k, of V[k] = re + i im. */
    const turn = (k, re, im) => {
      if (k > 20) return turn(40 - k, re, negated(im))
      const c = splat('turns', k * 8)
      if (k % 20 === 0) return store('y', mul(re, c), k * 16)
      const s = splat('turns', k * 8 + 4)
      const [sign, i] = im.negated ? ['sub', im.negated] : ['add', im]
      store('y', op(sign, mul(re, c), mul(i, s)), k * 16)
      store('y', op(sign === 'add' ? 'sub' : 'add', mul(re, s), mul(i, c)), (40 - k) * 16)
    }
    const negated = (v) => v.negated ?? { negated: v }
    /** The k below 40 with remainders k1 of 8 and k2 of 5. */
    const index = (k1, k2) => (25 * k1 + 16 * k2) % 40
    for (const [k1, slot] of [
      [0, 0],
      [4, 7],
    ]) {
      const x = inputs(slot)
      const [x0, t, u] = symmetric5(x)
      const [v, w] = antisymmetric5(x)
      turn(index(k1, 0), x0)
      turn(index(k1, 1), t, negated(v))
      turn(index(k1, 2), u, negated(w))
    }
    for (const k1 of [1, 2, 3]) {
      const re = inputs(2 * k1 - 1)
      const im = inputs(2 * k1)
      const [x0, t, u] = symmetric5(re)
      const [y0, ti, ui] = symmetric5(im)
      const [vr, wr] = antisymmetric5(re)
      const [vi, wi] = antisymmetric5(im)
      turn(index(k1, 0), x0, y0)
      turn(index(k1, 1), ...subI([t, ti], [vr, vi]))
      turn(index(k1, 4), ...addI([t, ti], [vr, vi]))
      turn(index(k1, 2), ...subI([u, ui], [wr, wi]))
      turn(index(k1, 3), ...addI([u, ui], [wr, wi]))
    }
  },
)

console.log(`// Generated by generate-codelets.mjs: see there. Do not edit.

const constants = memory.data<f32>(
  [
${constants.map((value) => `    ${Array(4).fill(value).join(', ')},`).join('\n')}
  ],
  16,
)

${lines.join('\n').trimEnd()}`)
