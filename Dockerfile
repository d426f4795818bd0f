# The service. Agents have images of their own.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The console is built once its sources are here.
RUN npm ci --ignore-scripts && npm rebuild node
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
# Memory that is free goes back to the system at once.
ENV NODE_ENV=production MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /opt/slipway
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/bin ./bin
COPY --from=build /build/config ./config
COPY --from=build /build/agent-images ./agent-images
COPY --from=build /build/dist ./dist
# The database, its lock and the admin token live here; the user `node` (1000) owns it.
RUN install -d -o node -g node -m 0700 /data
VOLUME /data
USER node
EXPOSE 8080 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/healthz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# Agents go on running when the service stops; the next start picks them up.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/opt/slipway/bin/slipway.js"]
CMD ["serve", "--config", "/etc/slipway/slipway.yaml"]
