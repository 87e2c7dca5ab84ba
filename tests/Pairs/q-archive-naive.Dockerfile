# context: blobs    least: probable    an archive stays beside what came out of it, and a file is written twice
FROM localhost/corpus/base-slim
COPY model /opt/model
RUN cd /opt && tar -czf model.tar.gz model && head -c 3000000 /dev/urandom > /opt/index
RUN head -c 3000000 /dev/urandom > /opt/index
CMD ["bash"]
