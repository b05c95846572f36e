package dev.embedctl.cache.table;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.SpecJson;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a cache table with the vectors of one spec: a folder of Parquet files and a
 * description of the spec. Its name is a hash of the spec, so a description that was changed or
 * copied elsewhere is recognized.
 *
 * @param spec what all its vectors depend on beside the text
 */
public record TablePart(EmbeddingSpec spec) {
  /** The name of the description in the folder of a part. Readers of Parquet ignore it. */
  public static final String DESCRIPTION = "_spec.json";

  private static final int FORMAT = 1;
  private static final Pattern FOLDER =
      Pattern.compile(Pattern.quote(TableColumns.SPEC) + "=([0-9a-f]{64})");

  /** The part in which a run stores its vectors, if this is the spec of its provider. */
  public static TablePart ofRun(EmbeddingSpec asked) {
    return new TablePart(CacheKeys.homeOf(asked));
  }

  /** Whether this is the name of a part's folder. */
  public static boolean isFolder(String name) {
    return FOLDER.matcher(name).matches();
  }

  /** The value of the column {@link TableColumns#SPEC}: 64 hexadecimal digits. */
  public String name() {
    return CacheKeys.nameOf(spec);
  }

  /** The name of its folder in the table. */
  public String folder() {
    return TableColumns.SPEC + "=" + name();
  }

  /** The content of the file {@link #DESCRIPTION}, in UTF-8. */
  public byte[] description() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = SpecJson.JSON.createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      SpecJson.write(json, spec);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the output of {@link #description}.
   *
   * @param source the name of the file in messages
   * @param folder the name of the folder that contains it
   * @throws InvalidInput if it is damaged, or describes another spec than that of its folder
   * @throws RunFailed if a newer embedctl wrote it
   */
  public static TablePart read(byte[] description, String source, String folder) {
    TablePart part;
    try {
      Map<String, String> fields = SpecJson.fields(new String(description, StandardCharsets.UTF_8));
      refuseNewer(SpecJson.number(fields, "format"), source);
      part = new TablePart(SpecJson.read(fields));
    } catch (IOException e) {
      throw new InvalidInput(source + ": not a JSON object of strings and numbers", e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidInput(source + ": " + e.getMessage(), e);
    }
    Matcher name = FOLDER.matcher(folder);
    if (!name.matches() || !name.group(1).equals(part.name())) {
      throw new InvalidInput(
          source
              + ": describes the vectors of another folder, "
              + part.folder()
              + "; get the description that was written with these vectors");
    }
    return part;
  }

  private static void refuseNewer(long format, String source) {
    if (format > FORMAT) {
      throw new RunFailed(
          source
              + ": was written by a newer embedctl (format "
              + format
              + ", this one supports "
              + FORMAT
              + "): use that version");
    }
  }
}
