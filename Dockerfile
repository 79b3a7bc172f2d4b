# The gateway alone; its stores are named by the environment.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 ODRAS_DATA=/data
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY src src
COPY resolvers resolvers
COPY schema schema
# Compiled here, so that the image may run on a read-only file system with a writable /data.
RUN node bin/odras-gateway.js --help && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000
# Whether it can answer, and not only whether it runs: each store has 2 s to say that it is there.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/odras-gateway.js"]
CMD ["serve"]
