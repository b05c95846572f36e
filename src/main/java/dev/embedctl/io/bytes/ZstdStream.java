package dev.embedctl.io.bytes;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.embedctl.model.EmbedctlException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses zstd with any number of frames, and explains errors in words. A frame's window may
 * have at most 128 MB, as in the {@code zstd} program.
 */
public final class ZstdStream extends BlockStream {
  private final InputStream frames;
  private final EndTrackingStream in;

  /** Records whether the compressed data was read to its end. */
  private static final class EndTrackingStream extends FilterInputStream {
    private boolean ended;

    EndTrackingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      ended |= read < 0;
      return read;
    }
  }

  private ZstdStream(InputStream frames, EndTrackingStream in) {
    this.frames = frames;
    this.in = in;
  }

  /**
   * Opens a stream.
   *
   * @param name the input's name in messages
   * @throws EmbedctlException.RunFailed if zstd cannot be loaded on this machine
   */
  public static ZstdStream open(InputStream compressed, String name) throws IOException {
    EndTrackingStream in = new EndTrackingStream(compressed);
    try {
      return new ZstdStream(new ZstdInputStreamNoFinalizer(in), in);
    } catch (LinkageError e) {
      throw new EmbedctlException.RunFailed(
          name
              + ": zstd cannot be decompressed on this machine ("
              + e.getMessage()
              + "); decompress in a pipe: zstd -dc FILE | embedctl batch -",
          e);
    }
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
      return "the zstd data is truncated; get the complete file";
    }
    if (code == Zstd.errFrameParameterWindowTooLarge()) {
      return "the zstd data needs a window of more than 128 MB; decompress in a pipe:"
          + " zstd -dc --long=31 FILE | embedctl batch -";
    }
    if (code == Zstd.errDictionaryWrong()) {
      return "the zstd data needs a dictionary; decompress in a pipe:"
          + " zstd -dc -D DICTIONARY FILE | embedctl batch -";
    }
    String what =
        code == Zstd.errPrefixUnknown() ? "data that is not zstd follows its end" : e.getMessage();
    return "the zstd data is damaged (" + what + "); get the file again";
  }
}
