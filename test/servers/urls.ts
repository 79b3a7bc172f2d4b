/** Addresses of the servers that these tests need: `npm run stores` prints them. */
export const serverUrl = (name: 'DATABASE_URL' | 'NEO4J_URL' | 'QDRANT_URL' | 'REDIS_URL'): string => {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: start the servers with \`npm run stores\` and set what it prints.`);
  return url;
};
