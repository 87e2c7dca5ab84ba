# flags: --layers=false
# One layer for all, as buildah builds when nothing else is said
FROM localhost/corpus/base-slim
RUN apt-get update
RUN apt-get install -y less
COPY conf /etc/app/
RUN rm /etc/app/app.local.conf
CMD ["less"]
