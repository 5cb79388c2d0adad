# mta.sh - two Postfix on loopback, with our own mail; sourced by run
#
# a.example takes mail on port $port and hands it to b.example, over TLS 1.2,
# TLS 1.3 or in clear, by the domain of the recipient.  b.example sends what
# comes through a content filter of its own (a second smtpd, as a real filter
# hands mail back) and delivers it to $mta/mail/DOMAIN/ (Maildir).  Logs are
# $mta/a.log and $mta/b.log.  Everything lies below $mta; nothing of an
# installed Postfix is touched.
postfix_libexec=/usr/lib/postfix/sbin
port=${TT_POSTFIX_PORT:-12525}

mta_can_run() {
	[ "$(id -u)" = 0 ] && [ -x "$postfix_libexec/master" ] &&
		command -v postfix >/dev/null && command -v openssl >/dev/null
}

# mta_main NAME: what both have in common
mta_main() {
	cat <<-END
		compatibility_level = 3.6
		myhostname = $1.example
		mydestination =
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		queue_directory = $mta/$1/spool
		data_directory = $mta/$1/data
		maillog_file = $mta/$1.log
		maillog_file_prefixes = $mta
		daemon_directory = $postfix_libexec
		mynetworks = 127.0.0.0/8
		smtpd_relay_restrictions = permit_mynetworks, reject
		smtp_tls_loglevel = 1
		smtpd_tls_loglevel = 1
		smtpd_tls_received_header = yes
		smtp_dns_support_level = disabled
		smtp_host_lookup = native
		alias_maps =
		local_recipient_maps =
	END
}

# The services every Postfix has; none of them is confined to its queue, for
# no libraries are copied there.
mta_services() {
	cat <<-'END'
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		tlsmgr unix - - n 1000? 1 tlsmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		verify unix - - n - 1 verify
		flush unix n - n 1000? 0 flush
		proxymap unix - - n - - proxymap
		smtp unix - - n - - smtp
		error unix - - n - - error
		retry unix - - n - - error
		discard unix - - n - - discard
		virtual unix - n n - - virtual
		anvil unix - - n - 1 anvil
		scache unix - - n - 1 scache
		postlog unix-dgram n - n - 1 postlogd
	END
}

mta_sender() {
	mta_main a
	cat <<-END
		transport_maps = inline:{ {v12.example=to12:[127.0.0.1]:$((port + 1))},
		    {v13.example=to13:[127.0.0.1]:$((port + 1))},
		    {clear.example=toclear:[127.0.0.1]:$((port + 1))} }
	END
}

mta_sender_services() {
	mta_services
	cat <<-END
		127.0.0.1:$port inet n - n - - smtpd
		to12 unix - - n - - smtp -o smtp_tls_security_level=encrypt
		  -o smtp_tls_mandatory_protocols=TLSv1.2
		to13 unix - - n - - smtp -o smtp_tls_security_level=encrypt
		  -o smtp_tls_mandatory_protocols=TLSv1.3
		toclear unix - - n - - smtp -o smtp_tls_security_level=none
	END
}

mta_receiver() {
	mta_main b
	cat <<-END
		smtpd_tls_security_level = may
		smtpd_tls_cert_file = $mta/cert.pem
		smtpd_tls_key_file = $mta/key.pem
		virtual_mailbox_domains = v12.example, v13.example, clear.example
		virtual_mailbox_base = $mta/mail
		virtual_mailbox_maps = inline:{ {user@v12.example=v12/},
		    {user@v13.example=v13/}, {user@clear.example=clear/} }
		virtual_uid_maps = static:$(id -u postfix)
		virtual_gid_maps = static:$(id -g postfix)
	END
}

mta_receiver_services() {
	mta_services
	cat <<-END
		127.0.0.1:$((port + 1)) inet n - n - - smtpd
		  -o content_filter=smtp:[127.0.0.1]:$((port + 2))
		127.0.0.1:$((port + 2)) inet n - n - - smtpd
		  -o syslog_name=postfix/reinject
		  -o smtpd_tls_security_level=none
		  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
		  -o receive_override_options=no_unknown_recipient_checks
	END
}

# mta_make NAME MAIN SERVICES
mta_make() {
	mkdir -p "$mta/$1/etc" "$mta/$1/spool" "$mta/$1/data" &&
		chown postfix "$mta/$1/data" || return 1
	$2 >"$mta/$1/etc/main.cf"
	$3 >"$mta/$1/etc/master.cf"
}

mta_start() {
	chmod 755 "$mta"
	mkdir "$mta/mail" && chown postfix "$mta/mail" || return 1
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=b.example \
		-keyout "$mta/key.pem" -out "$mta/cert.pem" 2>/dev/null &&
		mta_make a mta_sender mta_sender_services &&
		mta_make b mta_receiver mta_receiver_services &&
		postfix -c "$mta/b/etc" start && postfix -c "$mta/a/etc" start
}

mta_stop() {
	for name in a b; do
		[ ! -d "$mta/$name/etc" ] ||
			postfix -c "$mta/$name/etc" abort
	done >/dev/null 2>&1
}

# mta_wait FILES COUNT: till so many files match, a minute at most
mta_wait() {
	n=0
	while [ $n -lt 300 ]; do
		# shellcheck disable=SC2086
		set -- "$1" "$2" $(ls $1 2>/dev/null | wc -l)
		[ "$3" -ge "$2" ] && return 0
		sleep 0.2
		n=$((n + 1))
	done
	return 1
}
