// A device that joins, writes a log and says what it holds: docs/formats/invitation.md, history.md and exchange.md.
import { compare, fromHex, join } from './encoding.js';
import { H, deviceOf, sign, sodium } from './primitives.js';
import { edits, integer, list, number } from './writing.js';

const zeros = new Uint8Array(32);

export class Device {
  /** Keys of a new device; `content` is that of the invitation. */
  constructor(content) {
    this.deployment = fromHex(content.deployment);
    this.invitation = content;
    this.signing = sodium.crypto_sign_keypair();
    this.box = sodium.crypto_box_keypair();
    this.id = deviceOf(this.signing.publicKey);
    this.names = [];
    this.waiting = [];
  }

  /** Item of type 2. */
  enrolment() {
    const statement = join(
      [1], fromHex(this.invitation.invitation), this.signing.publicKey, this.box.publicKey, integer(BigInt(Date.now())),
    );
    const message = join(this.deployment, statement);
    const oneTime = sodium.crypto_sign_seed_keypair(fromHex(this.invitation.one_time_seed)).privateKey;
    const purpose = 'fieldseal/v1/enrolment';
    return join(statement, sign(oneTime, purpose, message), sign(this.signing.privateKey, purpose, message));
  }

  /** Writes a revision; `seen` are names of the record's heads. Returns its name. */
  write(record, kind, changes, seen = []) {
    const parents = [...seen].sort(compare);
    const time = { wall: BigInt(Date.now()), uptime: BigInt(Math.round(performance.now())), ahead: 0n };
    const body = join(sodium.randombytes_buf(16), edits(changes));
    const head = join(
      [1], record, [kind], this.id, number(this.names.length + 1), this.names.at(-1) ?? zeros, list(parents),
      integer(time.wall), integer(time.uptime), integer(time.ahead), H('fieldseal/v1/revision-body', body),
    );
    const name = H('fieldseal/v1/revision', head);
    this.names.push(name);
    this.waiting.push({ record, kind, parents, time, body, name });
    return name;
  }

  /** Item of type 1: what was written since the last one, under one signature. */
  log() {
    const run = this.waiting;
    this.waiting = [];
    const first = this.names.length - run.length + 1;
    const previous = first > 1 ? this.names[first - 2] : zeros;
    const earlier = [...(first > 1 ? [previous] : []), ...run.map(({ name }) => name)];
    let before = { wall: 0n, uptime: 0n };
    const bodies = run.map(({ record, kind, parents, time, body }, place) => {
      const known = earlier.slice(0, place + (first > 1 ? 1 : 0));
      const placed = parents.map((parent) => {
        const at = known.findIndex((name) => compare(name, parent) === 0);
        return at < 0 ? join([0], parent) : number(known.length - at);
      });
      const times = join(integer(time.wall - before.wall), integer(time.uptime - before.uptime), integer(time.ahead));
      before = time;
      return join([1], record, [kind], list(placed), times, body);
    });
    const signed = join(this.deployment, this.id, number(first), previous, list(run.map(({ name }) => name)));
    return join(
      [1], this.id, number(first), first > 1 ? previous : [], list(bodies),
      sign(this.signing.privateKey, 'fieldseal/v1/segment', signed),
    );
  }

  /** Item of type 4; `logs` are { device, upTo, name }. */
  receipt(logs, rosterVersion) {
    const held = [...logs].sort((a, b) => compare(a.device, b.device));
    const covered = join(
      [1], this.deployment, this.id, integer(BigInt(Date.now())),
      list(held.map(({ device, upTo, name }) => join(device, number(upTo), name.subarray(0, 8)))), list([]),
      number(rosterVersion),
    );
    return join(covered, sign(this.signing.privateKey, 'fieldseal/v1/receipt', covered));
  }
}
