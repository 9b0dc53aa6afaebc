/** The box in which a message is written. What is typed stays until it has been taken. */

import { codePoints, wellFormed } from './text.js';

/** From this share of the limit on, the writer sees the count. */
const NEAR_LIMIT = 0.9;

/** Enter that ends an IME's composition belongs to the IME; Safari tells it only by the key code. */
const composing = event => event.isComposing || event.keyCode === 229;

export class Composer {
  #text;
  #note;
  #limit;
  #submit;
  #composing = false;

  /** `submit(text)` returns an empty string when it took the text, or the reason why not. */
  constructor({ form, text, note, limit, submit }) {
    this.#text = text;
    this.#note = note;
    this.#limit = limit;
    this.#submit = submit;
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.#send();
    });
    text.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || composing(event)) return;
      event.preventDefault();
      this.#send();
    });
    text.addEventListener('compositionstart', () => (this.#composing = true));
    text.addEventListener('compositionend', () => (this.#composing = false));
    text.addEventListener('beforeinput', event => {
      if (this.#composing && event.inputType === 'insertLineBreak') event.preventDefault();
    });
    text.addEventListener('input', () => this.#typed());
  }

  get draft() {
    return this.#text.value;
  }

  set draft(text) {
    this.#text.value = text;
    this.#typed();
  }

  focus() {
    this.#text.focus();
  }

  #send() {
    const text = wellFormed(this.#text.value);
    if (text.trim() !== '' && !this.#tooLong()) {
      const refusal = this.#submit(text);
      if (refusal === '') this.draft = '';
      else this.#say(refusal);
    }
    this.focus();
  }

  #typed() {
    const length = codePoints(this.#text.value);
    const limit = this.#limit();
    const over = length - limit;
    this.#say(
      over > 0
        ? `${length} of ${limit} characters: shorten it by ${over} to send it.`
        : length >= limit * NEAR_LIMIT ? `${length} of ${limit} characters` : '',
    );
    this.#text.setAttribute('aria-invalid', String(over > 0));
    this.#text.rows = Math.min(6, this.#text.value.split('\n').length);
  }

  #tooLong() {
    return codePoints(this.#text.value) > this.#limit();
  }

  #say(words) {
    if (this.#note.textContent !== words) this.#note.textContent = words;
  }
}
