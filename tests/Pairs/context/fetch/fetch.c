#include <curl/curl.h>
#include <stdio.h>
#include "version.h"

int main(int argc, char **argv) {
    printf("fetch %s, %s\n", FETCH_VERSION, curl_version());
    return argc > 1 && argv[1][0] == '-' ? 2 : 0;
}
