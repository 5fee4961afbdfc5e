import { afterEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/model/sha256.ts'

// FIPS 180-2, appendix B, and the empty message.
const vectors: [text: string, digest: string][] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
]

afterEach(() => vi.unstubAllGlobals())

describe.each(['secure', 'insecure'])('in a %s context', (context) => {
  test.each(vectors)('digests %j', async (text, digest) => {
    if (context === 'insecure') vi.stubGlobal('crypto', {})
    expect(await sha256(new TextEncoder().encode(text))).toBe(digest)
  })
})
