package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The list {@code build/environment}: what a user's environment does not bring into a cloud.
 *
 * @param unwanted patterns of names that are removed, {@code *} stands for any characters
 * @param kept patterns of names that stay nevertheless
 * @param settings what is set, whatever it was before
 * @param directHosts joined by commas; no proxy sees calls to them
 */
record EnvironmentList(
    List<String> unwanted, List<String> kept, Map<String, String> settings, String directHosts) {
  /** What stands below this line leaves the shell that sources {@code .local/env} alone. */
  private static final String PROCESSES_ONLY = "[processes]";

  /** Programs differ in which of the two they read. */
  private static final List<String> NO_PROXY = List.of("NO_PROXY", "no_proxy");

  /** For the processes of a cloud: the whole list. */
  static EnvironmentList ofProcesses(Repository repository) {
    return parse(lines(repository.environmentList()).stream());
  }

  /** For the shell of who talks to the cloud. */
  static EnvironmentList ofClients(Repository repository) {
    return parse(
        lines(repository.environmentList()).stream()
            .takeWhile(line -> !line.equals(PROCESSES_ONLY)));
  }

  private static EnvironmentList parse(Stream<String> lines) {
    List<String> unwanted = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    Map<String, String> settings = new TreeMap<>();
    List<String> hosts = new ArrayList<>();
    lines
        .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.equals(PROCESSES_ONLY))
        .map(line -> List.of(line.split(" +")))
        .forEach(
            words -> {
              List<String> operands = words.subList(1, words.size());
              switch (words.getFirst()) {
                case "unset" -> unwanted.addAll(operands);
                case "keep" -> kept.addAll(operands);
                case "set" -> settings.put(operands.getFirst(), operands.getLast());
                case "direct" -> hosts.addAll(operands);
                default ->
                    throw new LocalCloudException("build/environment has a line " + words + ".");
              }
            });
    return new EnvironmentList(unwanted, kept, settings, String.join(",", hosts));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot read " + file + ": " + Reason.of(e, file), e);
    }
  }

  /** An environment without what the list removes, with what it sets. */
  Map<String, String> applyTo(Map<String, String> inherited) {
    Map<String, String> variables = new TreeMap<>(inherited);
    variables.keySet().removeIf(name -> isLike(unwanted, name) && !isLike(kept, name));
    variables.putAll(settings);
    String direct = direct(inherited);
    NO_PROXY.forEach(name -> variables.put(name, direct));
    return variables;
  }

  private String direct(Map<String, String> inherited) {
    String standing =
        NO_PROXY.stream()
            .map(name -> inherited.getOrDefault(name, ""))
            .filter(hosts -> !hosts.isEmpty())
            .distinct()
            .collect(Collectors.joining(","));
    boolean enough =
        standing.equals("*") || ("," + standing + ",").contains("," + directHosts + ",");
    return enough ? standing : standing.isEmpty() ? directHosts : standing + "," + directHosts;
  }

  private static boolean isLike(List<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> name.matches(regex(pattern, ".*")));
  }

  private static String regex(String pattern, String anything) {
    return Stream.of(pattern.split("\\*", -1))
        .map(part -> part.isEmpty() ? "" : Pattern.quote(part))
        .collect(Collectors.joining(anything));
  }

  /** The same for a POSIX shell, as lines to be sourced. */
  String shell() {
    StringBuilder text = new StringBuilder();
    for (String pattern : unwanted) {
      String names = pattern.replace("*", "[A-Za-z0-9_]*");
      text.append(
          """
          for _drover in $(env | sed -n 's/^\\(%s\\)=.*/\\1/p'); do unset "$_drover"; done
          """
              .formatted(names));
    }
    settings.forEach((name, value) -> text.append(EnvironmentFile.export(name, value)));
    text.append(
        """
        _drover=${NO_PROXY:-}
        [ "${no_proxy:-$_drover}" = "$_drover" ] || _drover=${_drover:+$_drover,}$no_proxy
        case ,$_drover, in
          ,\\*, | *",%1$s,"*) ;;
          *) _drover=${_drover:+$_drover,}%1$s ;;
        esac
        export NO_PROXY="$_drover" no_proxy="$_drover"
        unset _drover
        """
            .formatted(directHosts));
    return text.toString();
  }
}
