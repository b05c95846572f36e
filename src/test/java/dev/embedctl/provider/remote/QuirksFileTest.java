package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code quirks.json} against itself. */
final class QuirksFileTest {

  @Test
  void eachEntryFindsWhatItWasSeenIn() throws IOException {
    try (InputStream in = Quirks.class.getResourceAsStream("/dev/embedctl/quirks.json")) {
      JsonNode quirks = new ObjectMapper().readTree(in);
      assertTrue(quirks.size() > 5);
      for (JsonNode quirk : quirks) {
        Pattern says = Pattern.compile(quirk.get("says").textValue(), Pattern.CASE_INSENSITIVE);
        assertTrue(says.matcher(quirk.get("seen").textValue()).find(), quirk.toString());
      }
    }
  }
}
