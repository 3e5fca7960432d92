// docs/formats/encoding.md: the canonical encoding, written.
import { ascii, compare, join } from './encoding.js';

/** A number, of a number or BigInt. */
export function number(value) {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** An integer, of a BigInt. */
export const integer = (value) => number(value >= 0n ? 2n * value : -2n * value - 1n);

export const blob = (bytes) => join(number(bytes.length), bytes);

export const text = (value) => blob(new Uint8Array(Buffer.from(value, 'utf8')));

/** Elements that are bytes already. */
export const list = (elements) => join(number(elements.length), ...elements);

/** u16, u32: highest byte first. */
export function bigEndian(value, size) {
  return Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);
}

function value(content) {
  if (content === null) return Uint8Array.of(0);
  if (content === true) return Uint8Array.of(2);
  if (typeof content === 'bigint') return join([3], integer(content));
  if (typeof content === 'string') return join([5], text(content));
  return join([6], blob(content));
}

/** Of an object: path to text, BigInt, true, bytes, or null for what goes back to its zero. */
export function edits(changes) {
  const paths = Object.keys(changes).sort((a, b) => compare(ascii(a), ascii(b)));
  return list(paths.map((path) => join(blob(ascii(path)), value(changes[path]))));
}
