/** Network addresses, compared like PostgreSQL's inet: by their common bits, then by the length of the mask, then by all bits. */
export interface Address {
  readonly size: 32 | 128;
  readonly value: bigint;
  readonly mask: number;
}

export const readAddress = (text: string): Address | undefined => {
  const [, address, digits] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (address === undefined) return undefined;
  const size = address.includes(':') ? 128 : 32;
  const value = size === 32 ? four(address) : six(address);
  const mask = digits === undefined ? size : Number(digits);
  return value === undefined || mask > size ? undefined : { size, value, mask };
};

export const compareAddresses = (left: Address, right: Address): number => {
  if (left.size !== right.size) return left.size - right.size;
  const shift = BigInt(left.size - Math.min(left.mask, right.mask));
  const [a, b] = [left.value >> shift, right.value >> shift];
  if (a !== b) return a < b ? -1 : 1;
  return left.mask - right.mask || (left.value < right.value ? -1 : Number(left.value > right.value));
};

/** As clients see it: a host without its mask. */
export const printAddress = (text: string): string => text.replace(text.includes(':') ? /\/128$/ : /\/32$/, '');

const four = (text: string): bigint | undefined => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
};

const six = (text: string): bigint | undefined => {
  // The last two groups may be written as four numbers.
  const tail = /[^:]*\.[^:]*$/.exec(text)?.[0];
  const low = tail === undefined ? undefined : four(tail);
  if (tail !== undefined && low === undefined) return undefined;
  const plain = low === undefined ? text : `${text.slice(0, -tail!.length)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - groups.flat().length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const all = [...groups[0]!, ...Array<string>(missing).fill('0'), ...(groups[1] ?? [])];
  return all.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
    : undefined;
};
