CMakeFiles/demo.dir/main.c.o: /tmp/demo/main.c /usr/include/stdc-predef.h \
 /tmp/demo/b-Unix/conf.h /tmp/demo/include/my\ hdr.h \
 /tmp/demo/include/h.h /tmp/demo/include/deep/d.inc
