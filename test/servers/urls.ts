import pg from 'pg';

/** Addresses of the servers that these tests need: `npm run stores` prints them. */
export const serverUrl = (name: 'DATABASE_URL' | 'NEO4J_URL' | 'QDRANT_URL' | 'REDIS_URL'): string => {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: start the servers with \`npm run stores\` and set what it prints.`);
  return url;
};

/** A database of this name beside that of the tests, made anew; its address. */
export const freshDatabase = async (name: string): Promise<string> => {
  const url = new URL(serverUrl('DATABASE_URL'));
  const admin = new pg.Client(url.href);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  url.pathname = `/${name}`;
  return url.href;
};
