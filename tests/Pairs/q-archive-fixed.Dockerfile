FROM localhost/corpus/base-slim
COPY model /opt/model
RUN head -c 3000000 /dev/urandom > /opt/index
CMD ["bash"]
