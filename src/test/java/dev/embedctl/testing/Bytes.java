package dev.embedctl.testing;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** The content of a file, also such as no editor would make. */
public final class Bytes {
  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Strings as UTF-8, single bytes as numbers, and others' content, one after the other. */
  public static Bytes of(Object... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Object part : parts) {
      switch (part) {
        case String text -> bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        case Integer single -> bytes.write(single);
        case Bytes other -> bytes.writeBytes(other.array);
        default -> throw new IllegalArgumentException("neither string nor byte: " + part);
      }
    }
    return new Bytes(bytes.toByteArray());
  }

  /** This array's content. */
  public static Bytes copy(byte[] array) {
    return new Bytes(array.clone());
  }

  /** The text in another encoding. */
  public static Bytes encoded(String text, Charset charset) {
    return new Bytes(text.getBytes(charset));
  }

  public byte[] toArray() {
    return array.clone();
  }

  public int length() {
    return array.length;
  }

  /** All but the last few. */
  public Bytes without(int lastBytes) {
    return new Bytes(Arrays.copyOf(array, array.length - lastBytes));
  }

  /** The first few. */
  public Bytes first(int bytes) {
    return new Bytes(Arrays.copyOf(array, bytes));
  }

  /** All, but one bit is another in the byte so far from the end. */
  public Bytes changed(int placeFromEnd) {
    byte[] changed = array.clone();
    changed[array.length - placeFromEnd] ^= 1;
    return new Bytes(changed);
  }

  /** One gzip member of it. */
  public Bytes gzip() {
    return packed(GZIPOutputStream::new);
  }

  /** One zstd frame of it, with a checksum. */
  public Bytes zstd() {
    return packed(out -> new ZstdOutputStream(out).setChecksum(true));
  }

  /** Compresses what is written to it. */
  @FunctionalInterface
  private interface Packing {
    OutputStream over(OutputStream out) throws IOException;
  }

  private Bytes packed(Packing packing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = packing.over(bytes)) {
      out.write(array);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Bytes(bytes.toByteArray());
  }
}
