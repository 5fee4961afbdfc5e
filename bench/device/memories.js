// Runs before all else in the measured page: keeps every WebAssembly memory that is made.
globalThis.memories = new Set()
const keep = (instance, imports) => {
  const given = Object.values(imports ?? {}).flatMap((group) => Object.values(group))
  for (const value of [...Object.values(instance.exports), ...given]) {
    if (value instanceof WebAssembly.Memory) globalThis.memories.add(new WeakRef(value))
  }
  return instance
}
const { Instance, instantiate } = WebAssembly
WebAssembly.Instance = new Proxy(Instance, {
  construct: (target, [module, imports]) => keep(new target(module, imports), imports),
})
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, imports)
  keep(made.instance ?? made, imports)
  return made
}
