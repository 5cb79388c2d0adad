# lint-c.awk - tools/lint's view of C files; see there
#
# The floors, lowest first, and who may include which library stand in BEGIN:
# doc/ARCHITECTURE.md tells why.

BEGIN {
	n = split("util source record message rule trail store emit run web cli",
		  floors, " ")
	for (i = 1; i <= n; i++)
		level[floors[i]] = i

	owner["openssl/"] = owner["dlfcn.h"] = owner["malloc.h"] = "util"
	owner["sanitizer/"] = "util"
	owner["zlib.h"] = owner["archive.h"] = "source"
	owner["iconv.h"] = "source"
	owner["archive_entry.h"] = owner["isa-l.h"] = "source"
	owner["gmime/"] = owner["glib.h"] = owner["glib/"] = "message"
	owner["yaml.h"] = owner["pcre2.h"] = "rule"
	owner["libpsl.h"] = "trail"
	owner["sqlite3.h"] = "store"
	owner["seccomp.h"] = owner["linux/landlock.h"] = "run"
	owner["microhttpd.h"] = "web"
	owner["cmocka.h"] = owner["jansson.h"] = "tests"

	words("assert errno fcntl inttypes iso646 limits math poll pthread " \
	      "sched locale setjmp signal spawn stdalign stdarg stdatomic stdbool " \
	      "stddef stdint stdio stdlib string strings syslog termios " \
	      "time unistd wchar dirent getopt glob float immintrin x86intrin " \
	      "cpuid arpa/inet netinet/in", is_system, ".h")

	words("strcpy strcat sprintf vsprintf strtok gets atoi atol atoll " \
	      "atof strncpy strncat localtime gmtime ctime asctime alloca " \
	      "system popen strcasecmp strncasecmp isalnum isalpha isblank " \
	      "iscntrl isdigit isgraph islower isprint ispunct isspace " \
	      "isupper isxdigit tolower toupper setlocale", is_banned, "")
	words("malloc calloc realloc reallocarray free strdup strndup " \
	      "asprintf vasprintf posix_memalign aligned_alloc",
	      is_memory, "")
}

END {
	for (k in includes)
		state[k] = 0
	for (k in includes)
		if (!state[k])
			walk(k)
	link_sources()
	for (k in calls)
		if (!(k in order))
			find_circle(k)
	tell_circles()
}

FNR == 1 {
	in_comment = 0
	floor = floor_of(FILENAME)
	is_header = FILENAME ~ /\.h$/ && FILENAME !~ /^tests\//
	is_public = FILENAME ~ /^include\//
}

{
	if ($0 ~ /^[ \t]*#[ \t]*include/ && !in_comment)
		check_include($0)
	line = strip($0)
	check_calls(line)
	if (match(line, /(^|[^A-Za-z0-9_])goto[ \t]+[A-Za-z0-9_]+/) &&
	    substr(line, RSTART, RLENGTH) !~ /[ \t]out$/)
		report("goto to a label that is not out")
	if (is_header)
		check_names(line)
	if (FILENAME ~ /^src\/.*\.c$/)
		keep_symbols(line)
}

function words(list, set, suffix,	k, n, part) {
	n = split(list, part, " ")
	for (k = 1; k <= n; k++)
		set[part[k] suffix] = 1
}

function report(text) {
	print FILENAME ":" FNR ": " text
}

# "" for tests, which may see every floor.
function floor_of(path,		part) {
	if (path ~ /^include\/tlstrail\//) {
		split(path, part, "/")
		sub(/\.h$/, "", part[3])
		return part[3]
	}
	if (path ~ /^src\//) {
		split(path, part, "/")
		return part[2]
	}
	return ""
}

function check_include(text,	name, is_ours, part) {
	match(text, /[<"][^>"]*[>"]/)
	if (RSTART == 0)
		return
	name = substr(text, RSTART + 1, RLENGTH - 2)
	if (floor != "" && !(floor in level))
		report("a directory that is no floor: " floor)
	if (substr(text, RSTART, 1) == "\"") {
		keep_include(private_path(name))
		check_private(name)
	} else if (name ~ /^tlstrail\//) {
		keep_include("include/" name)
		check_floor(floor_of("include/" name), name)
	} else {
		check_library(name)
	}
}

# Who includes whom, by path: a header that includes itself in the end has no
# order in which it can be read.
function keep_include(path) {
	if (FILENAME ~ /\.h$/ && floor != "") {
		includes[FILENAME] = includes[FILENAME] " " path
		at_line[FILENAME, path] = FNR
	}
}

# state: 0 unseen, 1 on the way, 2 done
function walk(path,	part, n, k) {
	state[path] = 1
	n = split(includes[path], part, " ")
	for (k = 1; k <= n; k++) {
		if (!(part[k] in includes))
			continue
		if (state[part[k]] == 1)
			print path ":" at_line[path, part[k]] \
				": a circle of headers through " part[k]
		else if (!state[part[k]])
			walk(part[k])
	}
	state[path] = 2
}

# What a source file defines and what it names, by our prefix: two files that
# use each other's functions are one, and no one reads either of them alone.
# What a header has (static inline) is of whoever includes it.
function keep_symbols(text,	name) {
	if (text !~ /tt_/)
		return
	gsub(/(struct|enum|union)[ \t]+tt_[a-z0-9_]+/, "", text)
	if (text ~ /^[a-z ]/ && text !~ /^(static|extern|typedef)/ &&
	    match(text, /^[^(=]*tt_[a-z0-9_]+[ \t]*(\(|\[|=)/) &&
	    (text ~ /=/ || text !~ /;[ \t]*$/)) {
		name = substr(text, 1, RLENGTH)
		sub(/[ \t]*[(\[=]$/, "", name)
		sub(/\[.*/, "", name)
		sub(/.*[ \t*]/, "", name)
		defined_in[name] = FILENAME
		sub(name, "", text)
	}
	while (match(text, /tt_[a-z0-9_]+/)) {
		name = substr(text, RSTART, RLENGTH)
		if (!((FILENAME, name) in first_use)) {
			first_use[FILENAME, name] = FNR
			names_used[FILENAME] = names_used[FILENAME] " " name
		}
		text = substr(text, RSTART + RLENGTH)
	}
}

function link_sources(	file, name, n, k, to) {
	for (file in names_used) {
		n = split(names_used[file], name, " ")
		for (k = 1; k <= n; k++) {
			to = defined_in[name[k]]
			if (to == "" || to == file || (file, to) in by_name)
				continue
			by_name[file, to] = name[k]
			calls[file] = calls[file] " " to
		}
	}
}

# Tarjan's: files that reach each other get one number, circle[file].
function find_circle(file,	to, n, k) {
	order[file] = low[file] = ++n_order
	stack[++depth] = file
	is_on[file] = 1
	n = split(calls[file], to, " ")
	for (k = 1; k <= n; k++) {
		if (!(to[k] in order)) {
			find_circle(to[k])
			if (low[to[k]] < low[file])
				low[file] = low[to[k]]
		} else if (is_on[to[k]] && order[to[k]] < low[file]) {
			low[file] = order[to[k]]
		}
	}
	if (low[file] < order[file])
		return
	do {
		to[0] = stack[depth--]
		is_on[to[0]] = 0
		circle[to[0]] = file
	} while (to[0] != file)
}

function tell_circles(	file, to, n, k, name) {
	for (file in calls) {
		n = split(calls[file], to, " ")
		for (k = 1; k <= n; k++) {
			if (circle[file] != circle[to[k]])
				continue
			name = by_name[file, to[k]]
			print file ":" first_use[file, name] \
				": a circle of sources: " name " of " to[k]
		}
	}
}

function check_floor(other, name) {
	if (!(other in level))
		report(name " belongs to no floor")
	else if (floor != "" && level[other] > level[floor])
		report(name " is of floor " other ", above " floor)
}

function private_path(name,	dir, part) {
	if (split(name, part, "/") == 2 && part[1] in level)
		return "src/" name
	dir = FILENAME
	sub(/[^\/]*$/, "", dir)
	return dir name
}

# "x.h" lies beside the file, "floor/x.h" below src/.
function check_private(name,	dir, part) {
	if ((name ~ /^rules_(hash|built_in)\.h$/ && floor == "rule") ||
	    (name == "page_bytes.h" && floor == "web"))
		return
	if (split(name, part, "/") == 2 && part[1] in level) {
		check_floor(part[1], name)
		return
	}
	if (floor == "")
		return
	dir = FILENAME
	sub(/[^\/]*$/, "", dir)
	if (!is_file(dir name))
		report("no such private header of this floor: " name)
}

function is_file(path,	text, status) {
	status = (getline text <path)
	close(path)
	return status >= 0
}

function check_library(name,	dir, who) {
	dir = name
	sub(/\/.*/, "/", dir)
	who = name in owner ? owner[name] : dir in owner ? owner[dir] : ""
	if (who != "") {
		if (floor != who && floor != "")
			report(name " belongs to floor " who ", not " floor)
	} else if (!(name in is_system) && name !~ /^(sys|linux)\//) {
		report(name " is owned by no floor (tools/lint-c.awk)")
	}
}

function check_calls(text,	rest, word, before) {
	rest = text
	before = ""
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
		word = substr(rest, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", word)
		before = RSTART > 1 ? substr(rest, RSTART - 1, 1) : ""
		rest = substr(rest, RSTART + RLENGTH)
		# a member of a vtable, not the C library's
		if (before == "." || before == ">" || before ~ /[0-9]/)
			continue
		if (word in is_banned)
			report("banned call: " word)
		else if (word in is_memory && floor != "util" && floor != "")
			report("only src/util calls " word)
	}
}

# Declarations begin in the first column; their name is what stands before
# the first parenthesis.  Private headers may keep macros and static inline
# functions under names of their own: no linker and no user sees them.
function check_names(text,	name) {
	if (!is_public && text ~ /^(#|static)/)
		return
	if (match(text, /^#[ \t]*define[ \t]+[A-Za-z0-9_]+/)) {
		name = substr(text, RSTART, RLENGTH)
		sub(/.*[ \t]/, "", name)
		if (name !~ /^(TT_|TLSTRAIL_|tt_)/)
			report("macro without TT_: " name)
		return
	}
	if (text !~ /^[a-z]/ || text ~ /^typedef/ || !match(text, /\(/))
		return
	name = substr(text, 1, RSTART - 1)
	if (name ~ /=/)
		return
	sub(/[ \t]+$/, "", name)
	sub(/.*[ \t*]/, "", name)
	if (name !~ /^(tt_|TT_|__)/)
		report("function without tt_: " name)
}

# The line without comments; string and character literals become "".
function strip(text,	out, i, n, c, two, quote) {
	out = ""
	n = length(text)
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		two = substr(text, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c
			for (i++; i <= n; i++) {
				c = substr(text, i, 1)
				if (c == "\\")
					i++
				else if (c == quote)
					break
			}
			out = out "\"\""
		} else {
			out = out c
		}
	}
	return out
}
