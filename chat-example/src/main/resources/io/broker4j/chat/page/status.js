/** How the connection is: a word in the header for everyone, a banner while it is not there. */

const WORDS = new Map([
  ['idle', ''],
  ['connecting', 'Connecting…'],
  ['online', 'Online'],
  ['waiting', 'Reconnecting…'],
  ['closed', 'Disconnected'],
]);

export class StatusView {
  #parts;
  #countdown = 0;

  constructor(parts) {
    this.#parts = parts;
  }

  show(phase, { retryAt, code }) {
    const { status, banner, retry } = this.#parts;
    clearInterval(this.#countdown);
    status.dataset.state = phase;
    if (status.textContent !== WORDS.get(phase)) status.textContent = WORDS.get(phase);
    if (phase === 'waiting') this.#count(retryAt);
    if (phase === 'closed') this.#say(`The server ended this connection (${code}). Nothing you wrote is lost.`);
    retry.textContent = phase === 'closed' ? 'Connect again' : 'Try now';
    // An attempt after a failure is part of the same trouble: the banner stays until there is a connection.
    if (phase !== 'connecting') banner.hidden = phase === 'online' || phase === 'idle';
  }

  #count(retryAt) {
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000));
      this.#say(`Connection lost. Trying again${seconds > 0 ? ` in ${seconds} s` : ''}. What you write is kept and sent then.`);
    };
    tick();
    this.#countdown = setInterval(tick, 1_000);
  }

  #say(words) {
    this.#parts.text.textContent = words;
  }
}
