#define FETCH_VERSION "1.0"
