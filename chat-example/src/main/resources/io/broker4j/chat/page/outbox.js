/**
 * What this page has said and the server has not yet confirmed. It survives reconnects: an unanswered message is sent again
 * under its own `cid`, which lets every reader drop the second copy.
 */

import { Pace } from './pace.js';

export const QUEUE = 20;
const ANSWER_MS = 15_000;
const TRIES = 5;
const RATE_MS = 1_000;

export class Outbox {
  #send;
  #ready;
  #changed;
  #pace = new Pace(0, 1);
  #open = false;
  #timer = 0;
  /** cid → message; only what is pending or failed. */
  #messages = new Map();
  /** cid → timer of those on the wire now. */
  #flying = new Map();

  /** `send(frame)` puts it on the wire; `ready(room)` says whether that room takes messages; `changed(message)` hears each new state. */
  constructor({ send, ready, changed }) {
    this.#send = send;
    this.#ready = ready;
    this.#changed = changed;
  }

  get full() {
    return this.#messages.size >= QUEUE;
  }

  add(message) {
    this.#messages.set(message.cid, message);
    this.pump();
  }

  online({ rate, burst }) {
    this.#open = true;
    this.#pace = new Pace(rate, burst);
    this.pump();
  }

  offline() {
    this.#open = false;
    clearTimeout(this.#timer);
    for (const cid of [...this.#flying.keys()]) this.#land(cid);
  }

  /** The server has the message: by its `ack`, or because it came back as a `msg`. */
  confirm(cid) {
    this.#land(cid);
    const message = this.#messages.get(cid);
    if (message === undefined) return;
    this.#messages.delete(cid);
    this.#set(message, 'sent', '');
  }

  refuse(cid, code, retryMs) {
    const message = this.#messages.get(cid);
    if (message === undefined) return;
    this.#land(cid);
    const again = code === 'rate' || (code === 'not_joined' && message.tries < TRIES);
    if (!again) return this.#set(message, 'failed', code);
    if (code === 'rate') this.#pace.hold(retryMs >= 0 ? retryMs : RATE_MS);
    this.pump();
  }

  retry(cid) {
    const message = this.#messages.get(cid);
    if (message?.state !== 'failed') return;
    message.tries = 0;
    this.#set(message, 'pending', '');
    this.pump();
  }

  discard(cid) {
    this.#land(cid);
    this.#messages.delete(cid);
  }

  /** Sends, oldest first, what may be sent now. */
  pump() {
    clearTimeout(this.#timer);
    if (!this.#open) return;
    for (const message of this.#messages.values()) {
      if (message.state !== 'pending' || this.#flying.has(message.cid) || !this.#ready(message.r)) continue;
      const wait = this.#pace.take();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.#launch(message);
    }
  }

  #launch(message) {
    message.tries += 1;
    const { cid, r, text } = message;
    this.#flying.set(cid, setTimeout(() => this.refuse(cid, 'no_answer'), ANSWER_MS));
    this.#send({ t: 'send', r, cid, text });
  }

  #land(cid) {
    clearTimeout(this.#flying.get(cid));
    this.#flying.delete(cid);
  }

  #set(message, state, why) {
    message.state = state;
    message.why = why;
    this.#changed(message);
  }
}
