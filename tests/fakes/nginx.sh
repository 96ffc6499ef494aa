# nginx.sh - an nginx of the test's own, in the foreground.  Source it after
# lab.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # work: lab.sh

# nginx_head: its configuration, as far as into http { }.
nginx_head()
{
    cat <<END
daemon off;
pid $work/nginx.pid;
error_log stderr warn;
events { }
http {
    client_body_temp_path $work/nginx.body;
    proxy_temp_path $work/nginx.proxy;
    fastcgi_temp_path $work/nginx.fastcgi;
    uwsgi_temp_path $work/nginx.uwsgi;
    scgi_temp_path $work/nginx.scgi;
END
}
