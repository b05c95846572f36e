package dev.embedctl.io.input;

import dev.embedctl.io.bytes.DamagedInput;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/**
 * Reads an encoding other than UTF-8, without a byte-order mark at the beginning. Bytes that the
 * encoding does not have end the reading.
 */
final class DecodedReader extends FilterReader {
  private static final char MARK = '\uFEFF';

  private final Charset encoding;
  private boolean begun;

  DecodedReader(InputStream in, Charset encoding) {
    super(
        new InputStreamReader(
            in,
            encoding
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)));
    this.encoding = encoding;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      int count = in.read(target, offset, length);
      if (!begun && count > 0) {
        begun = true;
        if (target[offset] == MARK) {
          System.arraycopy(target, offset + 1, target, offset, count - 1);
          return count > 1 ? count - 1 : read(target, offset, length);
        }
      }
      return count;
    } catch (CharacterCodingException e) {
      throw new DamagedInput(
          "bytes here or soon after are not valid in the encoding " + encoding.name(), e);
    }
  }
}
