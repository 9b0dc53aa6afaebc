/** The server's rate limit, known beforehand: what is queued goes out as fast as it is taken, in order, instead of being refused. */

/** A little slower than allowed: on their way, messages move closer together. */
const CAUTION = 0.9;

export class Pace {
  #perMs;
  #burst;
  #tokens;
  #countedAt = performance.now();
  #heldUntil = 0;

  /** `rate` messages a second after `burst` at once; rate 0 is no limit. */
  constructor(rate, burst) {
    this.#perMs = (rate * CAUTION) / 1000;
    this.#burst = Math.max(1, burst);
    this.#tokens = this.#burst;
  }

  /** Takes one turn and returns 0, or returns the milliseconds until there is one. */
  take() {
    const now = performance.now();
    if (now < this.#heldUntil) return this.#heldUntil - now;
    if (!(this.#perMs > 0)) return 0;
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#countedAt) * this.#perMs);
    this.#countedAt = now;
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perMs;
    this.#tokens -= 1;
    return 0;
  }

  /** The server refused a turn: its count is right and ours was not. */
  hold(ms) {
    const now = performance.now();
    this.#heldUntil = Math.max(this.#heldUntil, now + ms);
    this.#tokens = Math.min(this.#tokens, 1);
    this.#countedAt = this.#heldUntil;
  }
}
