package dev.embedctl.io.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip with any number of members. The JDK's stream uses {@code available()} to find
 * out whether another member follows, and so can lose the rest of the data of a pipe.
 *
 * <p>Zeros after the last member are padding. Anything else is an error, since it may be a damaged
 * member.
 */
public final class GunzipStream extends BlockStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private boolean ended;

  /** Opens a stream and reads the header of the first member. */
  public GunzipStream(InputStream in) throws IOException {
    this.in = in;
    header(required());
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int inflated = inflate(target, offset, length);
      if (inflated > 0) {
        crc.update(target, offset, inflated);
        return inflated;
      }
      if (inflater.finished()) {
        position = limit - inflater.getRemaining();
        trailer();
        ended = !nextMember();
      } else if (inflater.needsDictionary()) {
        throw corrupt("it needs a dictionary");
      } else {
        position = limit;
        if (!fill()) {
          throw cutShort();
        }
        inflater.setInput(bytes, 0, limit);
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    inflater.end();
    in.close();
  }

  private int inflate(byte[] target, int offset, int length) throws DamagedInput {
    try {
      return inflater.inflate(target, offset, length);
    } catch (DataFormatException e) {
      throw new DamagedInput(
          "the gzip data is damaged (" + e.getMessage() + "); get the file again", e);
    }
  }

  private void trailer() throws IOException {
    long checksum = littleEndian();
    long size = littleEndian();
    if (checksum != crc.getValue()) {
      throw corrupt("wrong checksum");
    }
    if (size != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
      throw corrupt("wrong length");
    }
  }

  private boolean nextMember() throws IOException {
    int first;
    do {
      first = next();
    } while (first == 0);
    if (first < 0) {
      return false;
    }
    if (first != 0x1F) {
      throw corrupt("data that is not gzip follows its end");
    }
    header(first);
    return true;
  }

  private void header(int first) throws IOException {
    if (first != 0x1F || required() != 0x8B || required() != 8) {
      throw corrupt("invalid header");
    }
    int flags = required();
    if ((flags & RESERVED) != 0) {
      throw corrupt("unknown flags in the header");
    }
    // Time, compression level and system.
    skip(6);
    if ((flags & EXTRA) != 0) {
      int low = required();
      skip((required() << 8) | low);
    }
    if ((flags & NAME) != 0) {
      skipString();
    }
    if ((flags & COMMENT) != 0) {
      skipString();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    inflater.setInput(bytes, position, limit - position);
    crc.reset();
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      required();
    }
  }

  private void skipString() throws IOException {
    while (required() != 0) {
      // Up to the zero that ends it.
    }
  }

  private long littleEndian() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      value |= (long) required() << shift;
    }
    return value;
  }

  private int required() throws IOException {
    int next = next();
    if (next < 0) {
      throw cutShort();
    }
    return next;
  }

  private int next() throws IOException {
    return position == limit && !fill() ? -1 : bytes[position++] & 0xFF;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(bytes, 0, bytes.length));
    return limit > 0;
  }

  private static DamagedInput cutShort() {
    return new DamagedInput("the gzip data is truncated; get the complete file");
  }

  private static DamagedInput corrupt(String what) {
    return new DamagedInput("the gzip data is damaged (" + what + "); get the file again");
  }
}
