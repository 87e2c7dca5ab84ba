# context: project    least: probable    npm    both from one Dockerfile; the fixed one has a .dockerignore    ignore: project.dockerignore
FROM localhost/corpus/base-node
WORKDIR /srv/app
COPY . .
RUN npm ci
CMD ["node","server.js"]
