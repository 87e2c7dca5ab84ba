# context: project    least: probable    npm    the caches of yarn and of npm, which brought it, and what node compiled into /tmp
FROM localhost/corpus/base-node
WORKDIR /srv/app
COPY package.json .
RUN npm install -g yarn@1.22.22
RUN yarn install --production --ignore-optional
CMD ["node","server.js"]
