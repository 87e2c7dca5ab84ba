# context: nodeapp
# A user of its own installs, caches below its home, files changed in the next RUN
FROM localhost/corpus/base-node
RUN mkdir -p /home/node/app && chown node:node /home/node/app
WORKDIR /home/node/app
USER node
COPY --chown=node:node package.json package-lock.json ./
RUN npm ci
COPY --chown=node:node server.js .
RUN npm run --if-present nothing
USER root
RUN chmod -R a+rX /home/node/app
USER node
CMD ["node", "server.js"]
