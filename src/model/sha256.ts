/**
 * SHA-256 of some bytes, as lower-case hexadecimal. Pages served over plain http (a kiosk on its
 * LAN) have no `crypto.subtle`; there a JavaScript implementation stands in.
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle
  const digest = subtle
    ? new Uint8Array(await subtle.digest('SHA-256', bytes))
    : (await import('@noble/hashes/sha2.js')).sha256(bytes)
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
