// encoding.md, "Compression": exactly one frame that states its size, without checksum or dictionary (RFC 8878).
import { decompress } from 'fzstd';
import { Reader, Refusal, compare } from './encoding.js';

const littleEndian = (bytes) => bytes.reduceRight((value, byte) => value * 256 + byte, 0);

function frameSizes(frame) {
  const reader = new Reader(frame);
  if (compare(reader.fixed(4), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)) !== 0) reader.fail('no frame');
  const descriptor = reader.byte();
  const single = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x0f) !== 0) reader.fail('a checksum, a dictionary or a reserved bit');
  if (!single) reader.fixed(1);
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6];
  if (sizeBytes === 0) reader.fail('does not state its size');
  const size = littleEndian(reader.fixed(sizeBytes)) + (sizeBytes === 2 ? 256 : 0);
  for (let last = false; !last; ) {
    const header = littleEndian(reader.fixed(3));
    last = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    if (type === 3) reader.fail('reserved block');
    reader.fixed(type === 1 ? 1 : header >> 3);
  }
  reader.expectEnd();
  return size;
}

export function unpack(frame, limit) {
  const size = frameSizes(frame);
  if (size > limit) throw new Refusal('too_large', `${size} bytes are over ${limit}`);
  if (Math.floor(size / 131072) > frame.length / 4) throw new Refusal('damaged', 'claims more than it can hold');
  let content;
  try {
    content = decompress(frame);
  } catch {
    throw new Refusal('damaged', 'cannot be unpacked');
  }
  if (content.length !== size) throw new Refusal('damaged', 'unpacks to another size than it states');
  return content;
}
