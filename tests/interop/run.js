// node run.js FOLDER: reads every vector of the folder and says how many there were; exits with 1 if one was read otherwise than it says.
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, openBundle, readIndex } from './bundle.js';
import { Refusal, fromHex, hex, join } from './encoding.js';
import { boxOf, judgeAccessList, readAccessList } from './hub.js';
import { describeLog, judgeLog, judgeReceipt, readLog, readReceipt } from './log.js';
import { openOriginal } from './original.js';
import { P } from './primitives.js';
import { fingerprint, judgeEnrolment, judgeRoster, invitationFromText, openInvitation, openKit, readEnrolment, readRoster } from './team.js';

const folder = process.argv[2];
const load = (name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const fromBase64 = (text) => new Uint8Array(Buffer.from(text, 'base64'));
let total = 0;
let wrong = 0;

/** Runs one vector; `read` gives what must be as `expect` says, or throws a Refusal with that class. */
function run(file, vector, read) {
  ++total;
  let found;
  try {
    found = read();
  } catch (error) {
    if (!(error instanceof Refusal)) {
      found = `error: ${error.stack}`;
    } else {
      found = error.kind;
    }
  }
  if (found !== vector.expect) {
    ++wrong;
    console.log(`${file}, "${vector.name}": expected ${vector.expect}, found ${found}`);
  }
}

function bundles() {
  const file = load('bundle.json');
  const pairs = file.keys.map((pair) => ({ public: fromHex(pair.public), secret: fromHex(pair.secret) }));
  const seen = new Map();
  for (const vector of file.vectors) {
    const piece = (part) =>
      typeof part === 'string' ? fromBase64(part) : seen.get(part[0]).subarray(part[1], part[1] + part[2]);
    const bytes = vector.pieces ? join(...vector.pieces.map(piece)) : fromBase64(vector.bytes);
    seen.set(vector.name, bytes);
    run('bundle.json', vector, () => {
      const opened = openBundle(bytes, pairs, fromHex(file.shared_key), fromHex(file.deployment));
      deepStrictEqual(describe(opened), vector.contents);
      return 'ok';
    });
  }
}

function decodes(name, vectors, read) {
  for (const vector of vectors) {
    run(name, vector, () => {
      read(fromHex(vector.bytes));
      return 'ok';
    });
  }
}

bundles();
decodes('parts.json', load('parts.json').vectors, readIndex);

const roster = load('roster.json');
decodes('roster.json', roster.decode, readRoster);
for (const vector of roster.check) {
  run('roster.json', vector, () => 
    judgeRoster(readRoster(fromHex(vector.arrived)), readRoster(fromHex(vector.in_force)),
      vector.last_word ? readRoster(fromHex(vector.last_word)) : undefined));
}
const print = { name: 'fingerprint', ...roster.fingerprint };
run('roster.json', print, () => fingerprint(fromHex(print.sign_key), fromHex(print.box_key)));

const enrolment = load('enrolment.json');
decodes('enrolment.json', enrolment.decode, readEnrolment);
for (const vector of enrolment.check) {
  run('enrolment.json', vector, () =>
    judgeEnrolment(readEnrolment(fromHex(vector.enrolment)), readRoster(fromHex(vector.roster)), BigInt(vector.now_ms)),
  );
}

const access = load('access.json');
decodes('access.json', access.decode, readAccessList);
for (const vector of access.check) {
  run('access.json', vector, () =>
    judgeAccessList(readAccessList(fromHex(vector.arrived)), readAccessList(fromHex(vector.in_force))),
  );
}
for (const vector of access.token) {
  run('access.json', vector, () => {
    const box = boxOf(vector.token, readAccessList(fromHex(vector.access)), vector.audience);
    return box ? Buffer.from(box.invite).toString('hex') : 'none';
  });
}

for (const vector of load('invitation.json').vectors) {
  run('invitation.json', vector, () => {
    const content = openInvitation(fromBase64(vector.bytes), vector.code);
    if (vector.contents) deepStrictEqual(content, vector.contents);
    return 'ok';
  });
}

for (const vector of load('invitation.json').text) {
  run('invitation.json', vector, () => {
    deepStrictEqual(invitationFromText(vector.text), fromBase64(vector.bytes ?? ''));
    return 'ok';
  });
}

const originals = load('original.json');
for (const vector of originals.vectors) {
  run('original.json', vector, () => {
    const original = openOriginal(fromBase64(vector.file), fromHex(originals.secret), fromHex(vector.box), fromHex(vector.commitment));
    deepStrictEqual(hex(P(original)), vector.original);
    return 'ok';
  });
}

for (const vector of load('kit.json').vectors) {
  run('kit.json', vector, () => {
    const content = openKit(fromBase64(vector.bytes), vector.code);
    if (vector.contents) deepStrictEqual(content, vector.contents);
    return 'ok';
  });
}

const log = load('log.json');
for (const vector of log.decode) {
  run('log.json', vector, () => {
    deepStrictEqual(describeLog(readLog(fromHex(vector.bytes))), vector.contents);
    return 'ok';
  });
}
for (const vector of log.check) {
  run('log.json', vector, () => judgeLog(readLog(fromHex(vector.bytes)), fromHex(vector.deployment), fromHex(vector.key)));
}

const receipt = load('receipt.json');
decodes('receipt.json', receipt.decode, readReceipt);
for (const vector of receipt.check) {
  run('receipt.json', vector, () => judgeReceipt(readReceipt(fromHex(vector.bytes)), fromHex(vector.key)));
}

console.log(`${total} vectors, ${wrong} read otherwise than they say`);
process.exitCode = wrong > 0 || total < 555 ? 1 : 0;
