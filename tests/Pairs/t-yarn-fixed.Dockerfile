# see the naive one
FROM localhost/corpus/base-node
WORKDIR /srv/app
COPY package.json .
RUN npm install -g yarn@1.22.22 && npm cache clean --force && rm -rf /root/.npm
RUN yarn install --production --ignore-optional && yarn cache clean && rm -rf /usr/local/share/.cache /tmp/v8-compile-cache-0
CMD ["node","server.js"]
