/* The single-threaded floor: list a tree, read every regular file once, hash it with OpenSSL's SHA-256, and hash the hashes.
   Type from readdir, openat relative to the directory, 64 KiB reads into one buffer, no stat: what a careful C programmer does. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536, DIGEST = 32 };
static unsigned char buffer[CHUNK];
static EVP_MD_CTX *file_hash, *all_hash;
static const EVP_MD *sha256;
static long files;
static long long bytes;

static void hash_file(int directory, const char *name) {
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    unsigned char digest[DIGEST];
    ssize_t got;
    EVP_DigestInit_ex(file_hash, sha256, NULL);
    while ((got = read(fd, buffer, CHUNK)) > 0) {
        EVP_DigestUpdate(file_hash, buffer, (size_t)got);
        bytes += got;
    }
    close(fd);
    EVP_DigestFinal_ex(file_hash, digest, NULL);
    EVP_DigestUpdate(all_hash, name, strlen(name) + 1);
    EVP_DigestUpdate(all_hash, digest, DIGEST);
    files++;
}

static void walk(int descriptor) {
    DIR *directory = fdopendir(descriptor);
    if (directory == NULL) { close(descriptor); return; }
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (entry->d_type == DT_DIR) {
            int below = openat(descriptor, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            if (below >= 0) walk(below);
        } else if (entry->d_type == DT_REG) {
            hash_file(descriptor, entry->d_name);
        }
    }
    closedir(directory);
}

int main(int argc, char **argv) {
    if (argc != 2) { fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]); return 2; }
    int top = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0) { perror(argv[1]); return 1; }
    sha256 = EVP_sha256();
    file_hash = EVP_MD_CTX_new();
    all_hash = EVP_MD_CTX_new();
    EVP_DigestInit_ex(all_hash, sha256, NULL);
    walk(top);
    printf("%ld files, %lld bytes\n", files, bytes);
    return 0;
}
