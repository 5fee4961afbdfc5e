/** Where this script came from: a classic script knows no `import.meta.url`. The build puts it in. */
export const scriptAddress =
  (document.currentScript as HTMLScriptElement | null)?.src || document.baseURI
