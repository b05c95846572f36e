package dev.embedctl.cli.manual;

import dev.embedctl.cli.Main;
import dev.embedctl.cli.console.CommandModels;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Writes the sources of {@link CommandModels}: for each class with picocli's annotations, a class
 * that builds the same {@link CommandSpec} by calls. A command whose subcommands are annotated has
 * none. A program of the build.
 */
public final class ModelWriter {
  /** The calls for the values of annotations. */
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          Map.entry("arity", ".arity(%s)"),
          Map.entry("completionCandidates", ".completionCandidates(%s)"),
          Map.entry("converter", ".converters(%s)"),
          Map.entry("defaultValue", ".defaultValue(%s)"),
          Map.entry("description", ".description(%s)"),
          Map.entry("hidden", ".hidden(%s)"),
          Map.entry("index", ".index(%s)"),
          Map.entry("paramLabel", ".paramLabel(%s)"),
          Map.entry("required", ".required(%s)"),
          Map.entry("scope", ".scopeType(%s)"),
          Map.entry("split", ".splitRegex(%s)"),
          Map.entry("usageHelp", ".usageHelp(%s)"));

  /** The statements for the values of a command's annotation. */
  private static final Map<String, String> STATEMENTS =
      Map.ofEntries(
          Map.entry("abbreviateSynopsis", "spec.usageMessage().abbreviateSynopsis(%s);"),
          Map.entry("description", "spec.usageMessage().description(%s);"),
          Map.entry("mixinStandardHelpOptions", "CommandModels.addHelp(spec, %s);"),
          Map.entry("name", "spec.name(%s);"),
          Map.entry("sortOptions", "spec.usageMessage().sortOptions(%s);"),
          Map.entry("synopsisSubcommandLabel", "spec.usageMessage().synopsisSubcommandLabel(%s);"),
          Map.entry("versionProvider", "spec.versionProvider(%s);"));

  private final Path folder;

  ModelWriter(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the sources into the folder that is the first argument, and removes all others. The
   * second one is the folder of the compiled classes.
   */
  public static void main(String[] args) throws IOException {
    ModelWriter writer = new ModelWriter(Path.of(args[0]));
    writer.removeCompiled(Path.of(args[1]));
    writer.write(Main.described());
  }

  /**
   * Removes the classes of the sources that are there: those of an earlier build may name options
   * that are gone, and would be used instead of the annotations.
   */
  void removeCompiled(Path classes) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path source : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(source).toString().replaceFirst("\\.java$", ".class");
        Files.deleteIfExists(classes.resolve(name));
      }
    }
  }

  /** Writes the models of a program's commands and their mixins. */
  void write(CommandLine program) throws IOException {
    clear();
    Map<Class<?>, CommandSpec> annotated = new LinkedHashMap<>();
    Stream.concat(Stream.of(program), program.getSubcommands().values().stream())
        .map(CommandLine::<Object>getCommand)
        .filter(ModelWriter::isOurs)
        .map(CommandSpec::forAnnotatedObject)
        .filter(command -> command.subcommands().isEmpty())
        .forEach(command -> collect(command, annotated));
    for (Map.Entry<Class<?>, CommandSpec> each : annotated.entrySet()) {
      String name = CommandModels.nameFor(each.getKey());
      Path file = folder.resolve(name.replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, source(each.getKey(), each.getValue()));
    }
  }

  private void clear() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void collect(CommandSpec spec, Map<Class<?>, CommandSpec> annotated) {
    if (isOurs(spec.userObject())) {
      annotated.put(spec.userObject().getClass(), spec);
      spec.mixins().values().forEach(mixin -> collect(mixin, annotated));
    }
  }

  private static boolean isOurs(Object annotated) {
    return annotated.getClass().getPackageName().startsWith("dev.embedctl");
  }

  private static String source(Class<?> type, CommandSpec spec) {
    List<Field> values = new ArrayList<>();
    List<String> body = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      String name = field.getName();
      if (field.isAnnotationPresent(Option.class) || field.isAnnotationPresent(Parameters.class)) {
        body.add("spec.add(" + argument(settable(field), values.size(), spec) + ");");
        values.add(field);
      } else if (field.isAnnotationPresent(Mixin.class)) {
        Class<?> mixin = settable(field).getType();
        body.add("o." + name + " = new " + mixin.getName() + "();");
        body.add(
            "spec.addMixin(%s, new %s().apply(o.%s));"
                .formatted(literal(name), CommandModels.nameFor(mixin), name));
      } else if (field.isAnnotationPresent(Spec.class)) {
        body.add("o." + settable(field).getName() + " = spec;");
      }
    }
    Command command = type.getAnnotation(Command.class);
    if (command != null) { // after the fields, since picocli adds the help options last
      given(Command.class, command)
          .forEach((attribute, value) -> body.add(code(STATEMENTS, attribute, value)));
    }
    String model = CommandModels.nameFor(type);
    return """
        package %1$s;

        import dev.embedctl.cli.console.CommandModels;
        import java.util.function.Function;
        import picocli.CommandLine.Model.*;
        import picocli.CommandLine.ScopeType;

        /** Generated from the annotations of {@link %2$s}. */
        public final class %3$s implements Function<%2$s, CommandSpec> {
          @Override
          public CommandSpec apply(%2$s o) {
            CommandSpec spec = CommandSpec.wrapWithoutInspection(o, CommandModels.FACTORY);
        %4$s
            return spec;
          }
        %5$s}
        """
        .formatted(
            type.getPackageName(),
            type.getSimpleName(),
            model.substring(model.lastIndexOf('.') + 1),
            body.stream().map(line -> "    " + line).collect(Collectors.joining("\n")),
            values.isEmpty() ? "" : values(type, values));
  }

  /** A class that reads and sets fields by number: one class, and not two for each option. */
  private static String values(Class<?> type, List<Field> fields) {
    return """

          private record Value(%1$s o, int number) implements IGetter, ISetter {
            @Override
            @SuppressWarnings("unchecked")
            public <T> T get() {
              Object value = switch (number) {
        %2$s
                default -> throw new IllegalStateException();
              };
              return (T) value;
            }

            @Override
            public <T> T set(T value) {
              T before = get();
              switch (number) {
        %3$s
                default -> throw new IllegalStateException();
              }
              return before;
            }
          }
        """
        .formatted(
            type.getSimpleName(),
            cases(fields, "case %d -> o.%s;"),
            cases(fields, "case %d -> o.%s = (%s) value;"));
  }

  private static String cases(List<Field> fields, String form) {
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < fields.size(); number++) {
      Field field = fields.get(number);
      lines.add(
          "        " + form.formatted(number, field.getName(), field.getType().getCanonicalName()));
    }
    return String.join("\n", lines);
  }

  private static String argument(Field field, int number, CommandSpec spec) {
    Class<? extends Annotation> kind =
        field.isAnnotationPresent(Option.class) ? Option.class : Parameters.class;
    Map<String, Object> given = given(kind, field.getAnnotation(kind));
    Object names = given.remove("names");
    ArgSpec argument =
        Stream.concat(spec.options().stream(), spec.positionalParameters().stream())
            .filter(each -> field.equals(each.userObject()))
            .findFirst()
            .orElseThrow();
    given.put("paramLabel", argument.paramLabel()); // picocli may have made it of the field's name
    given.put("required", argument.required()); // and an operand is required unless its arity is 0
    return (names == null
            ? "PositionalParamSpec.builder()"
            : "OptionSpec.builder(" + literal(names) + ")")
        + ".type("
        + field.getType().getCanonicalName()
        + ".class)"
        + elementTypes(field)
        + given.entrySet().stream()
            .map(each -> code(CALLS, each.getKey(), each.getValue()))
            .collect(Collectors.joining())
        + ".getter(new Value(o, %1$d)).setter(new Value(o, %1$d)).initialValue(o.%2$s).build()"
            .formatted(number, field.getName());
  }

  private static String elementTypes(Field field) {
    return field.getGenericType() instanceof ParameterizedType generic
        ? Arrays.stream(generic.getActualTypeArguments())
            .map(Type::getTypeName)
            .map(name -> name + ".class")
            .collect(Collectors.joining(", ", ".auxiliaryTypes(", ")"))
        : "";
  }

  private static String code(Map<String, String> forms, String attribute, Object value) {
    return Objects.requireNonNull(forms.get(attribute), () -> "no code for '" + attribute + "'")
        .formatted(literal(value));
  }

  /** The values of an annotation that differ from its defaults. */
  private static Map<String, Object> given(
      Class<? extends Annotation> type, Annotation annotation) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Method attribute : type.getDeclaredMethods()) {
      try {
        Object value = attribute.invoke(annotation);
        if (!Objects.deepEquals(value, attribute.getDefaultValue())) {
          given.put(attribute.getName(), value);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return given;
  }

  private static String literal(Object value) {
    return switch (value) {
      case String text ->
          '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
      case Class<?> type -> "new " + type.getCanonicalName() + "()";
      case ScopeType scope -> "ScopeType." + scope;
      case Object[] several ->
          Arrays.stream(several).map(ModelWriter::literal).collect(Collectors.joining(", "));
      default -> value.toString();
    };
  }

  private static Field settable(Field field) {
    if (Modifier.isPrivate(field.getModifiers())) {
      throw new IllegalStateException(field + ": its model cannot set a private field");
    }
    return field;
  }
}
