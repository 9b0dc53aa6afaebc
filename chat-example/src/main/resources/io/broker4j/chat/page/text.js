/** Text measured and compared the way the server does it. */

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const encoder = new TextEncoder();

export const codePoints = text => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

export const utf8Length = text => encoder.encode(text).length;

/** A lone surrogate is not text and cannot be sent as UTF-8; everything else stays as it is. */
export const wellFormed = text => text.toWellFormed?.() ?? text;

/** The one spelling of a room's or a person's name that the server compares. */
export const canonical = name => wellFormed(name).normalize('NFC').trim();

/** Why `name` cannot be used, or an empty string. */
export const nameProblem = (name, limit) => {
  if (name === '') return 'Please enter a name.';
  if (CONTROL.test(name)) return 'A name cannot contain control characters.';
  const length = codePoints(name);
  return length > limit ? `${length} characters: a name can have at most ${limit}.` : '';
};
