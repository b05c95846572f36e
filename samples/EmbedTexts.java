import dev.embedctl.service.EmbeddingService;
import dev.embedctl.service.JvmProperties;
import java.nio.file.Path;
import java.util.List;

/** Embeds two texts: java -cp HOME/lib/embedctl.jar EmbedTexts.java HOME, HOME being an installation. */
class EmbedTexts {
  public static void main(String[] arguments) throws Exception {
    Path installation = Path.of(arguments[0]);
    JvmProperties.recommended(installation).forEach(System::setProperty);
    try (EmbeddingService service =
        EmbeddingService.builder().provider("local").installation(installation).build()) {
      service.generateBatch(List.of("a cup of coffee", "a mug of espresso")).embeddings().stream()
          .map(text -> text.index() + ": " + text.embedding().dimensions() + " dimensions")
          .forEach(System.out::println);
    }
  }
}
