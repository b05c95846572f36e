package dev.embedctl.provider.download;

import java.util.Objects;

/**
 * A file in a repository of a hub.
 *
 * @param path in the repository
 */
record HubFile(String path, long bytes, Checksum checksum) {
  HubFile {
    Objects.requireNonNull(path);
    Objects.requireNonNull(checksum);
  }
}
