package dev.embedctl.cache.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKeys;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class TablePartTest {
  private static final TablePart PART =
      new TablePart(
          new EmbeddingSpec(
              "openai",
              "http://\"h\"/ü",
              "text-embedding-3-small",
              OptionalInt.of(512),
              Optional.of(InputType.QUERY),
              Oversize.TRUNCATE,
              "prefix 3"));

  private static byte[] changed(String from, String to) {
    String text = new String(PART.description(), StandardCharsets.UTF_8);
    assertTrue(text.contains(from), text);
    return text.replace(from, to).getBytes(StandardCharsets.UTF_8);
  }

  private static TablePart read(byte[] description) {
    return TablePart.read(description, "t/_spec.json", PART.folder());
  }

  @Test
  void aDescriptionIsReadAsItWasWritten() {
    assertEquals(PART, read(PART.description()));
  }

  @Test
  void aPartIsNamedAsTheNamespaceOfTheCache() {
    assertEquals("spec=" + CacheKeys.nameOf(PART.spec()), PART.folder());
    assertTrue(TablePart.isFolder(PART.folder()));
    assertFalse(TablePart.isFolder("spec=" + PART.name().toUpperCase(java.util.Locale.ROOT)));
    assertFalse(TablePart.isFolder("_temporary"));
  }

  @Test
  void aRunThatNamesTheModelsOwnDimensionsStoresWhereOneWithoutThemStores() {
    EmbeddingSpec plain = spec(OptionalInt.empty(), OptionalInt.of(1536));
    EmbeddingSpec named = spec(OptionalInt.of(1536), OptionalInt.of(1536));
    EmbeddingSpec shorter = spec(OptionalInt.of(512), OptionalInt.of(1536));

    assertEquals(TablePart.ofRun(plain), TablePart.ofRun(named));
    assertEquals(TablePart.ofRun(plain).name(), TablePart.ofRun(named).name());
    assertFalse(TablePart.ofRun(plain).name().equals(TablePart.ofRun(shorter).name()));
  }

  private static EmbeddingSpec spec(OptionalInt dimensions, OptionalInt own) {
    return new EmbeddingSpec(
        "openai",
        "",
        "m",
        dimensions,
        Optional.empty(),
        Oversize.TRUNCATE,
        "",
        own,
        Optional.empty());
  }

  @Test
  void theDescriptionOfAnotherSpecIsRefused() {
    InvalidInput failure =
        assertThrows(InvalidInput.class, () -> read(changed("3-small", "3-large")));

    assertTrue(
        failure.getMessage().startsWith("t/_spec.json: describes the vectors of another folder"),
        failure.getMessage());
  }

  @Test
  void aDamagedDescriptionIsRefused() {
    byte[] half = new byte[PART.description().length / 2];
    System.arraycopy(PART.description(), 0, half, 0, half.length);

    assertEquals(
        "t/_spec.json: not a JSON object of strings and numbers",
        assertThrows(InvalidInput.class, () -> read(half)).getMessage());
    assertEquals(
        "t/_spec.json: \"model\" is missing",
        assertThrows(InvalidInput.class, () -> read(changed("\"model\"", "\"molde\"")))
            .getMessage());
  }

  @Test
  void theDescriptionOfANewerVersionIsRefused() {
    RunFailed failure =
        assertThrows(RunFailed.class, () -> read(changed("\"format\" : 1", "\"format\" : 2")));

    assertTrue(failure.getMessage().contains("newer embedctl (format 2"), failure.getMessage());
  }
}
