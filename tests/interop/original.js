// docs/formats/original.md: a photo's sealed original.
import { Plain, plainSize } from './bundle.js';
import { Refusal, equal } from './encoding.js';
import { K, sodium, unpad } from './primitives.js';

const least = 640;
const sealedLimit = 80 * 1024 * 1024;

function damaged(reason) {
  throw new Refusal('damaged', reason);
}

/** The file key in `box`; nothing where it does not open or holds something else. */
function fileKey(secret, box) {
  try {
    const key = sodium.crypto_box_seal_open(box, sodium.crypto_scalarmult_base(secret), secret);
    return key && key.length === 32 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The original's bytes. */
export function openOriginal(file, secret, box, commitment) {
  const key = fileKey(secret, box);
  const size = file.length <= sealedLimit ? plainSize(file.length) : undefined;
  if (!key || !size) damaged('box or size');
  let plain;
  try {
    plain = new Plain(K(key, 'fieldseal/v1/original-stream', []), file, size).fixed(size);
  } catch (error) {
    if (error instanceof Refusal) damaged(error.message);
    throw error;
  }
  const original = unpad(plain, least);
  if (!original || !equal(K(key, 'fieldseal/v1/original', original), commitment)) damaged('not what was committed to');
  return original;
}
