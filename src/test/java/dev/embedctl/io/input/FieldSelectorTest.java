package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.EmbedctlException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldSelectorTest {

  @Test
  void isANameOrAPointer() {
    assertEquals(List.of("a/b~2"), new FieldSelector("a/b~2").path());
    assertEquals(List.of("a", "b"), new FieldSelector("/a/b").path());
    assertEquals(List.of(""), new FieldSelector("/").path());
    assertEquals(List.of("a", "", "0"), new FieldSelector("/a//0").path());
    assertEquals(List.of("a/b", "~1"), new FieldSelector("/a~1b/~01").path());
    assertEquals("b", new FieldSelector("/a/b").label());
  }

  @Test
  void refusesWhatIsNeither() {
    assertThrows(EmbedctlException.Usage.class, () -> new FieldSelector(""));
    assertThrows(EmbedctlException.Usage.class, () -> new FieldSelector("/a~"));
    assertThrows(EmbedctlException.Usage.class, () -> new FieldSelector("/a~2b"));
  }

  @Test
  void metadataAreAListOrAll() {
    assertEquals(new MetadataFields.All(), MetadataFields.parse("all"));
    assertEquals(
        new MetadataFields.Listed(List.of(new FieldSelector("a"), new FieldSelector("/b/c"))),
        MetadataFields.parse("a,/b/c"));
    assertThrows(EmbedctlException.Usage.class, () -> MetadataFields.parse(""));
    assertThrows(EmbedctlException.Usage.class, () -> MetadataFields.parse("a,"));
    assertThrows(EmbedctlException.Usage.class, () -> MetadataFields.parse("a,a"));
    assertThrows(EmbedctlException.Usage.class, () -> MetadataFields.parse("/x/a,/y/a"));
  }
}
