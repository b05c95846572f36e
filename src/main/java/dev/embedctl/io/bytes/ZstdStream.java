package dev.embedctl.io.bytes;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.embedctl.model.EmbedctlException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses zstd, all frames of it, and tells what is wrong with it in words. A frame may ask
 * for a window of 128 MB at most, as with the {@code zstd} program.
 */
public final class ZstdStream extends InputStream {
  private final InputStream frames;
  private final ToItsEnd in;

  /** Remembers whether the compressed data was read to its end. */
  private static final class ToItsEnd extends FilterInputStream {
    private boolean ended;

    ToItsEnd(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      ended |= read < 0;
      return read;
    }
  }

  private ZstdStream(InputStream frames, ToItsEnd in) {
    this.frames = frames;
    this.in = in;
  }

  /**
   * Begins to decompress.
   *
   * @param name what messages call the input
   * @throws EmbedctlException.RunFailed where this machine cannot load the decompressor
   */
  public static ZstdStream open(InputStream compressed, String name) throws IOException {
    ToItsEnd in = new ToItsEnd(compressed);
    try {
      return new ZstdStream(new ZstdInputStreamNoFinalizer(in), in);
    } catch (LinkageError e) {
      throw new EmbedctlException.RunFailed(
          name
              + ": zstd cannot be decompressed on this machine ("
              + e.getMessage()
              + "); decompress it on the way in: zstd -dc FILE | embedctl batch -",
          e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      return frames.read(target, offset, length);
    } catch (ZstdIOException e) {
      throw new DamagedInput(reason(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    frames.close();
  }

  private String reason(ZstdIOException e) {
    long code = e.getErrorCode();
    if (in.ended) {
      return "the zstd data is cut short; get the whole file";
    }
    if (code == Zstd.errFrameParameterWindowTooLarge()) {
      return "the zstd data needs a window of more than 128 MB; decompress it on the way in:"
          + " zstd -dc --long=31 FILE | embedctl batch -";
    }
    if (code == Zstd.errDictionaryWrong()) {
      return "the zstd data needs a dictionary; decompress it on the way in:"
          + " zstd -dc -D DICTIONARY FILE | embedctl batch -";
    }
    String what =
        code == Zstd.errPrefixUnknown() ? "something that is no zstd follows" : e.getMessage();
    return "the zstd data is damaged (" + what + "); get the file again";
  }
}
