/** The limit: a bare HTTP server, one path for each operation, in one of two forms: "rows" or "json". It knows no GraphQL. */
import { createServer } from 'node:http';
import pg from 'pg';

const { answers } = await import(process.argv[2] === 'json' ? './limit-json.js' : './limit-rows.js');
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, options: '-c TimeZone=UTC' });

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const variables = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const text = await answers[request.url.slice(1)](pool, variables);
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
