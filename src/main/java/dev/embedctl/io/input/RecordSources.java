package dev.embedctl.io.input;

import dev.embedctl.io.bytes.GunzipStream;
import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.io.bytes.SniffedStream;
import dev.embedctl.io.bytes.TextLines;
import dev.embedctl.io.bytes.Utf8Reader;
import dev.embedctl.io.bytes.WholeFile;
import dev.embedctl.io.bytes.ZstdStream;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.Parameter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens an input, whatever its format, compressed or not. */
public final class RecordSources {
  private static final int SNIFFED_BYTES = 4;
  private static final int LONGEST_MARK_BYTES = 16;

  /** White space before a JSON array. */
  private static final int MOST_BLANKS = 4096;

  private static final int HEAD_BYTES = 512;

  /** Matches a URL; as a path it loses its second slash. */
  private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{1,20}+):/++(.*)");

  private static final String STANDARD_INPUT = "standard input";

  private RecordSources() {}

  /**
   * Opens a file. A pipe or a device is opened and checked when its first record is requested.
   *
   * @throws EmbedctlException.InvalidInput if it does not exist, may not be read, or does not have
   *     its format
   * @throws EmbedctlException.Usage if its format is unknown, or a pipe is to be read as Parquet
   */
  public static RecordSource open(Path file, InputOptions options) throws IOException {
    boolean mayWait = Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    if (mayWait && format(file, options).equals(Optional.of(InputFormat.PARQUET))) {
      throw needsAFile(file.toString());
    }
    return mayWait
        ? new DeferredSource(file.toString(), () -> openNow(file, options))
        : openNow(file, options);
  }

  /**
   * Opens files that are read one after the other; the index counts through all of them.
   *
   * @param files at least one
   */
  public static RecordSource open(List<Path> files, InputOptions options) throws IOException {
    return open(files, options, Numbering.THROUGH_ALL);
  }

  /**
   * Opens files that are read one after the other.
   *
   * @param files at least one
   */
  public static RecordSource open(List<Path> files, InputOptions options, Numbering numbering)
      throws IOException {
    return options
        .range()
        .of(
            files.size() == 1
                ? open(files.getFirst(), options)
                : SeveralFiles.open(files, file -> open(file, options), numbering));
  }

  private static RecordSource openNow(Path file, InputOptions options) throws IOException {
    String name = file.toString();
    WholeFile in = openStream(file, name);
    return opened(
        in,
        () -> {
          Optional<InputFormat> told = format(file, options);
          if (told.isEmpty()) {
            noForeignFile(in, name);
            throw unknownFormat(name);
          }
          InputFormat format = told.get();
          if (format == InputFormat.PARQUET) {
            in.close(); // opened only to check that the file can be read
            return PlaceFields.in(ParquetLines.open(file, name, options), options);
          }
          return new FileSource(source(name, in, format, options), in);
        });
  }

  private static Optional<InputFormat> format(Path file, InputOptions options) {
    return options.format().or(() -> InputFormat.ofFileName(String.valueOf(file.getFileName())));
  }

  /**
   * Reads standard input, as JSONL if the options name no format. Nothing is read before the first
   * record is requested, and the stream stays open.
   *
   * @throws EmbedctlException.Usage if the format is Parquet
   */
  public static RecordSource open(InputStream standardInput, InputOptions options) {
    if (options.format().equals(Optional.of(InputFormat.PARQUET))) {
      throw needsAFile(STANDARD_INPUT);
    }
    return options
        .range()
        .of(
            new DeferredSource(
                STANDARD_INPUT,
                () ->
                    source(
                        STANDARD_INPUT,
                        standardInput,
                        options.format().orElse(InputFormat.JSONL),
                        options)));
  }

  /** Reads standard input as one text. Nothing is read before the record is requested. */
  public static RecordSource openAsText(InputStream standardInput) {
    return new DeferredSource(
        STANDARD_INPUT,
        () ->
            new PipedText(
                STANDARD_INPUT,
                characters(standardInput, STANDARD_INPUT, Optional.empty()),
                LineReader.DEFAULT_MAX_CHARS));
  }

  private static RecordSource opened(InputStream in, DeferredSource.Opening opening)
      throws IOException {
    boolean done = false;
    try {
      RecordSource source = opening.open();
      done = true;
      return source;
    } finally {
      if (!done) {
        in.close();
      }
    }
  }

  /**
   * The bytes of a file.
   *
   * @throws EmbedctlException.InvalidInput if it does not exist or may not be read
   */
  public static WholeFile openStream(Path file, String name) throws IOException {
    if (Files.isDirectory(file)) {
      throw new EmbedctlException.InvalidInput(name + ": a folder; name a file in it");
    }
    try {
      return WholeFile.open(file);
    } catch (NoSuchFileException e) {
      throw new EmbedctlException.InvalidInput(missing(name), e);
    } catch (AccessDeniedException e) {
      throw new EmbedctlException.InvalidInput(name + ": no permission to read it", e);
    } catch (FileSystemException e) {
      String reason = Objects.requireNonNullElse(e.getReason(), "not a file that can be read");
      throw new EmbedctlException.InvalidInput(name + ": cannot be opened: " + reason, e);
    }
  }

  private static String missing(String name) {
    Matcher address = ADDRESS.matcher(name);
    if (!address.matches()) {
      return name + ": no such file";
    }
    String with =
        address.group(1).startsWith("http") ? ", for example with curl -fL ADDRESS -o FILE" : "";
    return address.group(1)
        + (address.group(1).equals("file") ? ":///" : "://")
        + address.group(2)
        + ": an address, not a file; download it first"
        + with
        + ", and name the file";
  }

  private static EmbedctlException.Usage needsAFile(String name) {
    return new EmbedctlException.Usage(
        name + ": Parquet cannot be read from a pipe; save it to a file first");
  }

  private static EmbedctlException.Usage unknownFormat(String name) {
    return new EmbedctlException.Usage(
        name
            + ": its name has no known format; pass "
            + Parameter.INPUT_FORMAT
            + " jsonl, json, csv, tsv, txt, files or"
            + " parquet");
  }

  private static RecordSource source(
      String name, InputStream in, InputFormat format, InputOptions options) throws IOException {
    Reader reader = characters(in, name, options.form().encoding());
    int bound = LineReader.DEFAULT_MAX_CHARS;
    RecordSource source =
        switch (format) {
          case JSONL -> JsonlSource.of(name, new LineReader(reader, bound), options);
          case JSON -> JsonlSource.of(name, json(reader, name, bound), options);
          case FILES -> new WholeText(name, reader, options, bound);
          case TXT -> TxtSource.of(name, new LineReader(reader, bound), options);
          case CSV ->
              new CsvSource(name, reader, options.form().table(TableForm.CSV), options, bound);
          case TSV ->
              new CsvSource(name, reader, options.form().table(TableForm.TSV), options, bound);
          case PARQUET -> throw needsAFile(name);
        };
    return PlaceFields.in(source, options);
  }

  /** The characters of a file in the given encoding, or in that of its byte-order mark. */
  private static Reader characters(InputStream in, String name, Optional<Charset> asked)
      throws IOException {
    try {
      PushbackInputStream bytes = new PushbackInputStream(decompressed(in, name), SNIFFED_BYTES);
      byte[] first = sniff(bytes);
      Optional<Charset> encoding = asked.or(() -> marked(first));
      return encoding.isPresent()
          ? new DecodedReader(bytes, encoding.get())
          : new Utf8Reader(noForeignFile(checked(bytes, first, name), name));
    } catch (IOException e) {
      throw ReadFailure.at(name, 1, e);
    }
  }

  /** The elements of an array; the lines of a file that does not begin with an array. */
  private static TextLines json(Reader plain, String name, int bound) throws IOException {
    BufferedReader reader = new BufferedReader(plain);
    reader.mark(MOST_BLANKS);
    int c = ' ';
    try {
      for (int i = 0; i < MOST_BLANKS && (c == ' ' || (c >= '\t' && c <= '\r')); i++) {
        c = reader.read();
      }
      reader.reset();
    } catch (IOException e) {
      throw ReadFailure.at(name, 1, e);
    }
    return c == '[' ? new JsonElements(reader, bound) : new LineReader(reader, bound);
  }

  /** The input, after a check that its first bytes are not those of a foreign format. */
  private static InputStream noForeignFile(InputStream in, String name) {
    SniffedStream sniffed = SniffedStream.of(in, LONGEST_MARK_BYTES, HEAD_BYTES);
    if (!ForeignFile.isText(sniffed.head())) {
      sniffed =
          SniffedStream.of(
              sniffed, HEAD_BYTES, HEAD_BYTES); // its format is recognised by later bytes
    }
    Optional<String> foreign = ForeignFile.advice(name, sniffed.head());
    if (foreign.isPresent()) {
      throw new EmbedctlException.InvalidInput(name + ": " + foreign.get());
    }
    return sniffed;
  }

  /** The bytes of a UTF-8 file, decompressed as its first bytes require, whatever its name. */
  public static InputStream plain(InputStream in, String name) throws IOException {
    try {
      PushbackInputStream plain = new PushbackInputStream(decompressed(in, name), SNIFFED_BYTES);
      return checked(plain, sniff(plain), name);
    } catch (IOException e) {
      throw ReadFailure.at(name, 1, e);
    }
  }

  private static InputStream decompressed(InputStream in, String name) throws IOException {
    PushbackInputStream raw = new PushbackInputStream(in, SNIFFED_BYTES);
    byte[] first = sniff(raw);
    if (startsWith(first, 0x1F, 0x8B)) {
      return new GunzipStream(raw);
    }
    return isZstd(first) ? ZstdStream.open(raw, name) : raw;
  }

  /** A frame, or a skippable frame, which parallel compressors write first. */
  private static boolean isZstd(byte[] first) {
    boolean skippable =
        first.length == SNIFFED_BYTES
            && (first[0] & 0xF0) == 0x50
            && first[1] == 0x2A
            && first[2] == 0x4D
            && first[3] == 0x18;
    return skippable || startsWith(first, 0x28, 0xB5, 0x2F, 0xFD);
  }

  private static InputStream checked(InputStream in, byte[] first, String name) {
    Optional<String> other = otherEncoding(first);
    if (other.isPresent()) {
      throw new EmbedctlException.InvalidInput(
          name
              + ": "
              + other.get()
              + ", where UTF-8 is needed; pass "
              + Parameter.ENCODING
              + " "
              + other.get());
    }
    return in;
  }

  /** The encoding that a byte-order mark names, if it is not UTF-8. */
  private static Optional<Charset> marked(byte[] first) {
    if (startsWith(first, 0xFF, 0xFE, 0, 0) || startsWith(first, 0, 0, 0xFE, 0xFF)) {
      return Optional.of(Charset.forName("UTF-32"));
    }
    return startsWith(first, 0xFF, 0xFE) || startsWith(first, 0xFE, 0xFF)
        ? Optional.of(StandardCharsets.UTF_16)
        : Optional.empty();
  }

  /** The encoding by a byte-order mark or, without one, by zeros between the characters. */
  private static Optional<String> otherEncoding(byte[] first) {
    Optional<Charset> marked = marked(first);
    if (marked.isPresent()) {
      return marked.map(Charset::name);
    }
    if (first.length < SNIFFED_BYTES || first[0] == first[1] || first[2] == first[3]) {
      return Optional.empty();
    }
    if (first[1] == 0 && first[3] == 0) {
      return Optional.of("UTF-16LE");
    }
    return first[0] == 0 && first[2] == 0 ? Optional.of("UTF-16BE") : Optional.empty();
  }

  private static byte[] sniff(PushbackInputStream in) throws IOException {
    byte[] first = in.readNBytes(SNIFFED_BYTES);
    in.unread(first);
    return first;
  }

  private static boolean startsWith(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((bytes[i] & 0xFF) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
