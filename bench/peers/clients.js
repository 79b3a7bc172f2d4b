/** The raw clients of PostgreSQL and Neo4j, with ten connections each. */
import neo4j from 'neo4j-driver';
import pg from 'pg';

/** Named prepared statements; rows as objects. */
export const openSql = () => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, options: '-c TimeZone=UTC' });
  return async (name, text, values) => (await pool.query({ name, text, values })).rows;
};

/** Reads in a transaction of their own; rows as arrays. */
export const openCypher = () => {
  const { host, username, password } = new URL(process.env.NEO4J_URL);
  const driver = neo4j.driver(`bolt://${host}`, neo4j.auth.basic(username, password), {
    maxConnectionPoolSize: 10,
    disableLosslessIntegers: true,
  });
  return async (text, parameters) => {
    const session = driver.session({ database: 'neo4j', defaultAccessMode: neo4j.session.READ });
    try {
      return (await session.run(text, parameters)).records.map((record) => record._fields ?? [...record.values()]);
    } finally {
      await session.close();
    }
  };
};
