package dev.embedctl.provider.download;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * A file on a server, whose size and checksum are known.
 *
 * @param authorization a header for that server only
 */
record RemoteFile(URI address, Optional<String> authorization, long bytes, Checksum checksum) {
  RemoteFile {
    Objects.requireNonNull(address);
    Objects.requireNonNull(authorization);
    Objects.requireNonNull(checksum);
  }
}
