// The functions that docs/formats/bundle.md names H, K, P, S and padme, over libsodium.
import sodium from 'libsodium-wrappers-sumo';
import { ascii, join } from './encoding.js';

await sodium.ready;
export { sodium };

const zero = Uint8Array.of(0);

export function H(purpose, x) {
  return sodium.crypto_generichash(32, join(ascii(purpose), zero, x), null);
}

export function K(key, purpose, x) {
  return sodium.crypto_generichash(32, join(ascii(purpose), zero, x), key);
}

export function P(x) {
  return sodium.crypto_generichash(32, x, null);
}

/** S(key, purpose, x). */
export function sign(secretKey, purpose, x) {
  return sodium.crypto_sign_detached(join(ascii(purpose), zero, x), secretKey);
}

/** Whether S(key, purpose, x) is `signature`. */
export function verify(key, purpose, x, signature) {
  try {
    return sodium.crypto_sign_verify_detached(signature, join(ascii(purpose), zero, x), key);
  } catch {
    return false;
  }
}

export function deviceOf(key) {
  return H('fieldseal/v1/device', key).subarray(0, 16);
}

export function padme(size) {
  if (size < 2) return size;
  const E = Math.floor(Math.log2(size));
  const S = Math.floor(Math.log2(E)) + 1;
  const step = 2 ** (E - S);
  return Math.ceil(size / step) * step;
}

/** The content of `80 00 ...` padding up to padme(n + 1), `least` at least; nothing where it is not that. */
export function unpad(padded, least) {
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) --end;
  if (end === 0 || padded[end - 1] !== 0x80) return undefined;
  return padded.length === Math.max(padme(end), least) ? padded.subarray(0, end - 1) : undefined;
}
