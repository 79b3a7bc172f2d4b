/** Apollo Server behind a bare HTTP handler, faster than startStandaloneServer, which brings body-parser and cors. */
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { createServer } from 'node:http';

/** Listens, and says where. */
export const serveApollo = async (options, createContext) => {
  const apollo = new ApolloServer({
    ...options,
    // The first would wrap every resolver.
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const headers = new HeaderMap();
      for (const name in request.headers) headers.set(name, String(request.headers[name]));
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const result = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: request.method, headers, search: '', body },
        context: async () => createContext(),
      });
      for (const [name, value] of result.headers) response.setHeader(name, value);
      response.statusCode = result.status ?? 200;
      response.end(result.body.string);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
};
