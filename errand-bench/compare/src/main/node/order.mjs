// The payload of all runs of all engines: 120 bytes as JSON.
const CUSTOMER = "ada@example.org";
const PADDING = "a parcel of books, to be left with the neighbours upstairs ".repeat(2);
const NOTE_AND_DIGITS = 120 - ('{"number":,"customer":"","note":""}' + CUSTOMER).length;

export function order(number) {
  return { number, customer: CUSTOMER, note: PADDING.slice(0, NOTE_AND_DIGITS - String(number).length) };
}

export function orders(from, to) {
  return Array.from({ length: to - from }, (_, i) => order(from + i));
}
