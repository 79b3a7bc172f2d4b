/** host:port/path of a URL: what may be shown of it. User, password and parameters may not. */
export const placeOf = (url: string): string => {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'unknown address';
  }
};
