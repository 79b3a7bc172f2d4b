/** host:port/path of a URL, which may be printed. User, password and parameters may not. */
export const placeOf = (url: string): string => {
  const [, hosts, path] = /^[a-z+]+:\/\/(?:[^/]*@)?([^/?#@]+)(\/[^?#]*)?/i.exec(url) ?? [];
  return hosts === undefined ? 'unknown address' : `${hosts}${path === '/' ? '' : (path ?? '')}`;
};
